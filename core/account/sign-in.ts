import { askInVain, nameIn, signInByDirectory } from '../directory/sign-in.ts'
import { AppError, codeOf } from '../errors.ts'
import type { User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { isInitialOver } from './first-start.ts'
import { openSession, type SessionLimits, type Shown, type Visit } from './open-session.ts'
import { isPassword } from './password.ts'
import { passSecondStep } from './second-step.ts'
import type { Throttle } from './throttle.ts'
import type { Tickets } from './tickets.ts'

export interface Attempt extends Visit {
  username: string
  password: string
}

/** Somebody whose password was right, while their code is waited for. */
export interface HalfWay {
  userId: string
  /** What the password was checked against: another one since then starts anew. */
  passwordHash: string
}

/** What signing in goes by, at this door. */
export interface SignInRules {
  throttle: Throttle
  limits: SessionLimits
  tickets: Tickets<HalfWay>
}

/** How long a code is waited for, in milliseconds, and how many are taken. */
export const CODE_WAIT = { lifeMs: 5 * 60_000, tries: 5 }

/** Signed in, or asked for a code: the ticket stands for the password from then on. */
export type SignedIn = { user: User; secret: string } | { ticket: string }

/**
 * Signs in by name and password. The session is always a new one. A name that a local account has is
 * checked against that account alone; every other, by the directory, if there is one.
 *
 * @returns the session's secret, for the cookie alone; or a ticket, when a code is asked for
 * @throws AppError `unauthenticated`, with one text and one duration for an unknown name, a disabled
 * account and a wrong password; `rate_limited` after many of these; `unavailable` (reasons
 * `DIRECTORY_…`) while the directory has to be asked and does not answer
 */
export async function signIn(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  { throttle, limits, tickets }: SignInRules,
  given: Attempt,
): Promise<SignedIn> {
  const attempt = { ...given, username: typedName(given.username) }
  const { username, address } = attempt
  throttle.attempt(username, address)
  const local = await ports.catalog.people.userByName(username)
  const isRight = await isPassword(attempt.password, local?.passwordHash)
  const user = local ? isRight && plain(local) : await byDirectory(ports, throttle, attempt)
  const by = local || !ports.directory ? 'password' : 'directory'
  if (!user || user.disabledAt !== undefined) {
    if (local) await askInVain(ports)
    const known = local?.id ?? (await knownOfDirectory(ports, username))
    await refuse(ports, attempt, { by, subject: known === undefined ? 'session' : `user:${known}` })
    throw new AppError('unauthenticated', 'The user name or the password is wrong.', {
      reason: 'WRONG_PASSWORD',
    })
  }
  throttle.forgive(username, address)
  const passwordHash = local?.passwordHash
  if (passwordHash !== undefined) await assertNotOver(ports, passwordHash)
  if (passwordHash !== undefined && user.secondStepAt !== undefined) {
    return { ticket: tickets.issue({ userId: user.id, passwordHash }) }
  }
  return { user, secret: await openSession(ports, { user, by, limits }, attempt) }
}

/**
 * The second half of signing in: the code, for the ticket that the password gave. A ticket is good for
 * one session, a few tries and a few minutes.
 *
 * @throws AppError `unauthenticated` (reason `WRONG_CODE`, with one text for a wrong and a used code;
 * `SIGN_IN_OVER` when the ticket is good no more), `rate_limited`
 */
export async function signInByCode(
  ports: Pick<Ports, 'catalog' | 'clock' | 'keys' | 'oneTimeCodes'>,
  { throttle, limits, tickets }: SignInRules,
  attempt: Visit & { ticket: string; code: string },
): Promise<{ user: User; secret: string }> {
  const { ticket, code, address } = attempt
  const about = tickets.look(ticket)
  const user = about && (await stillHalfWay(ports, about))
  if (!user) throw over()
  const by = await passSecondStep(ports, { userId: user.id, address }, { code, throttle })
  if (!by) {
    await refuse(ports, attempt, { by: 'code', subject: `user:${user.id}` })
    throw new AppError('unauthenticated', 'The code is wrong, or was used before.', {
      reason: 'WRONG_CODE',
    })
  }
  if (!tickets.take(ticket)) throw over()
  return { user, secret: await openSession(ports, { user, by, limits }, attempt) }
}

async function stillHalfWay(
  { catalog }: Pick<Ports, 'catalog'>,
  { userId, passwordHash }: HalfWay,
): Promise<User | undefined> {
  const user = await catalog.people.user(userId)
  const isSame = (await catalog.people.passwordHash(userId)) === passwordHash
  const isOn = user?.secondStepAt !== undefined && user.disabledAt === undefined
  return isSame && isOn ? user : undefined
}

/** Only whoever knows the password learns that it is over. */
async function assertNotOver(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  passwordHash: string,
): Promise<void> {
  if (!(await isInitialOver(ports, passwordHash))) return
  throw new AppError(
    'unauthenticated',
    'The password of the first start is over. Start the box again for a new one, or run: onefold user passwd admin',
    { reason: 'INITIAL_PASSWORD_OVER' },
  )
}

const over = () =>
  new AppError('unauthenticated', 'This sign-in took too long. Please begin again.', {
    reason: 'SIGN_IN_OVER',
  })

/** Directories see nothing around a name or between its letters: it would be another one here alone. */
const typedName = (text: string): string =>
  text.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').trim()

/** Whose account here a name of the directory is; undefined for none, and for several. */
async function knownOfDirectory(
  { catalog, directory }: Pick<Ports, 'catalog' | 'directory'>,
  username: string,
): Promise<string | undefined> {
  if (!directory) return undefined
  return catalog.directories.idNamed(directory.id, nameIn(directory.id, username))
}

const plain = ({ passwordHash: _, ...user }: User & { passwordHash?: string }): User => user

/** That the directory does not answer is nobody's failed try. */
async function byDirectory(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  throttle: Throttle,
  { username, password, address }: Attempt,
): Promise<User | undefined> {
  try {
    return await signInByDirectory(ports, { username, password })
  } catch (cause) {
    if (codeOf(cause) === 'unavailable') throttle.forgive(username, address)
    throw cause
  }
}

/** A name that nobody has is not written down: people type passwords into that field. */
function refuse(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { address, traceId, door }: Visit,
  { by, subject }: { by: Shown; subject: string },
): Promise<void> {
  const [at, action, detail] = [clock.now(), 'session.refuse', { by }]
  return catalog.journal.audit({ at, action, subject, detail, traceId, address, door })
}
