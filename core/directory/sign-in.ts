import { randomBytes } from 'node:crypto'
import type { User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { confirmSignedIn, isOfDirectory } from './confirm.ts'

/**
 * Whom the directory knows by this name and password, with an account that is made now if there was
 * none; undefined when it knows nobody, or an administrator here has disabled the account.
 *
 * @throws AppError `unavailable` (reasons `DIRECTORY_…`): nobody new comes in while it does not answer
 */
export async function signInByDirectory(
  { catalog, clock, directory }: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  { username, password }: { username: string; password: string },
): Promise<User | undefined> {
  if (!directory) return undefined
  const readAt = clock.now()
  const person = await directory.authenticate(nameIn(directory.id, username), password)
  if (!person) return undefined
  await confirmSignedIn({ catalog, clock, directory }, person, readAt)
  const user = await catalog.directories.user(directory.id, person.objectId)
  return user?.disabledAt === undefined ? user : undefined
}

/**
 * Asks the directory for nobody, as it is asked for a name that is not local: a refusal of a local one
 * comes no sooner. What was typed is not sent, so that no colleague of the same name is locked out.
 */
export async function askInVain({ directory }: Pick<Ports, 'directory'>): Promise<void> {
  try {
    const [name, password] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')]
    await directory?.authenticate(name, password)
  } catch (cause) {
    // A local account is refused all the same.
    if (!isOfDirectory(cause)) throw cause
  }
}

/** `id\name` means the one of the directory, also where a local account has the name. */
export const nameIn = (id: string, username: string): string =>
  username.toLowerCase().startsWith(`${id.toLowerCase()}\\`)
    ? username.slice(id.length + 1)
    : username
