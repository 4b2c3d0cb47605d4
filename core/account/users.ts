import { requireOrgAdmin } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Actor, OrgRole, User } from '../model/actor.ts'
import type { Ports, UserChange } from '../ports/index.ts'
import { actBy } from './act.ts'
import { assertPassword, hashPassword } from './password.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** Accounts whose names hold `part`, by name. Administrators only. @throws AppError `forbidden` */
export async function listUsers(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  part = '',
): Promise<User[]> {
  requireOrgAdmin(actor)
  const wanted = part.trim().toLowerCase()
  const users = await catalog.people.users()
  return users.filter((user) =>
    [user.username, user.displayName].some((name) => name.toLowerCase().includes(wanted)),
  )
}

/** @throws AppError `forbidden`, `bad_request` (`INVALID_NAME`, `WEAK_PASSWORD`), `conflict` */
export async function createUser(
  ports: Stores,
  actor: Actor,
  wish: { username: string; password: string; displayName?: string; orgRole?: OrgRole },
): Promise<User> {
  requireOrgAdmin(actor)
  return makeUser(ports, wish, actBy(ports, actor))
}

/** Makes an account whoever asks: for the first start and the command line. */
export async function makeUser(
  { catalog, clock }: Stores,
  wish: { username: string; password: string; displayName?: string; orgRole?: OrgRole },
  by?: Parameters<Stores['catalog']['people']['createUser']>[1],
): Promise<User> {
  const username = cleanUsername(wish.username)
  assertPassword(wish.password, username)
  const passwordHash = await hashPassword(wish.password)
  const now = clock.now()
  const user = {
    id: newId(now),
    username,
    displayName: wish.displayName ?? username,
    orgRole: wish.orgRole ?? 'member',
    passwordHash,
    createdAt: now,
  }
  return catalog.people.createUser(user, by)
}

/**
 * Changes an account. A new password, another role and disabling end its sessions; a disabled owner's tokens do
 * not work.
 *
 * @throws AppError `forbidden`, `not_found`, `bad_request` (`WEAK_PASSWORD`), `conflict`
 * (`LAST_ADMIN`, and `DIRECTORY_PERSON` for what the directory says of its people)
 */
export async function updateUser(
  ports: Stores,
  actor: Actor,
  wish: {
    id: string
    displayName?: string
    orgRole?: OrgRole
    disabled?: boolean
    password?: string
    quotaBytes?: number | null
  },
): Promise<User> {
  requireOrgAdmin(actor)
  const { people } = ports.catalog
  const known = await people.user(wish.id)
  if (!known) throw notFound()
  if (known.directory && isOfDirectory(wish, known)) throw ofDirectory()
  if (wish.password !== undefined) assertPassword(wish.password, known.username)
  const by = actBy(ports, actor)
  const change: UserChange = {
    ...(wish.displayName !== undefined && { displayName: wish.displayName }),
    ...(wish.orgRole !== undefined && { orgRole: wish.orgRole }),
    ...(wish.disabled !== undefined && { disabledAt: wish.disabled ? by.now : null }),
    ...(wish.password !== undefined && { passwordHash: await hashPassword(wish.password) }),
    ...(wish.quotaBytes !== undefined && { quotaBytes: wish.quotaBytes }),
  }
  const user = await people.updateUser(wish.id, change, by)
  if (!user) throw notFound()
  // Whoever gets other rights shows again who they are.
  const isOtherRole = user.orgRole !== known.orgRole
  if (wish.password !== undefined || isOtherRole) await people.endSession({ userId: user.id })
  return user
}

/** Name, role and password come from there; nobody whom it does not let in is let in here. */
const isOfDirectory = (
  wish: { displayName?: string; orgRole?: OrgRole; password?: string; disabled?: boolean },
  known: User,
): boolean =>
  wish.displayName !== undefined ||
  wish.orgRole !== undefined ||
  wish.password !== undefined ||
  (wish.disabled === false && known.directory?.left !== undefined)

export const ofDirectory = () =>
  new AppError('conflict', 'This account belongs to the directory, and is changed there.', {
    reason: 'DIRECTORY_PERSON',
  })

/**
 * Ends all sessions and tokens of an account, at once, and disables it until an administrator says
 * otherwise, whatever the directory says.
 *
 * @throws AppError `forbidden`, `not_found`, `conflict` (`LAST_ADMIN`)
 */
export async function lockOut(ports: Stores, actor: Actor, id: string): Promise<User> {
  requireOrgAdmin(actor)
  const user = await ports.catalog.people.lockOut(id, actBy(ports, actor))
  if (!user) throw notFound()
  return user
}

const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u

function cleanUsername(text: string): string {
  const username = text.normalize('NFC').trim()
  if (USERNAME.test(username)) return username
  throw new AppError(
    'bad_request',
    'A user name starts with a letter or digit and has at most 64 letters, digits and . _ @ + -',
    { reason: 'INVALID_NAME' },
  )
}
