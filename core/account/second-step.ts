import { randomInt } from 'node:crypto'
import { requireOrgAdmin } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { Actor, User } from '../model/actor.ts'
import type { Ports, SecondStep } from '../ports/index.ts'
import { actBy } from './act.ts'
import type { Authenticated } from './authenticate.ts'
import { requireOwnAccount } from './own-account.ts'
import { isPassword } from './password.ts'
import type { Throttle } from './throttle.ts'
import { ofDirectory } from './users.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'keys' | 'oneTimeCodes'>

/** How somebody is held to a second step, and slowed down. */
export interface StepRules {
  throttle: Throttle
  /** Whether local administrators have to have one. */
  isRequired: boolean
}

/** The second step of an account, as its owner sees it. */
export interface OwnSecondStep {
  onSince?: number
  recoveryCodesLeft: number
  /** Whether this account has to have one. */
  isRequired: boolean
}

/** @throws AppError `conflict` (reason `DIRECTORY_PERSON`), `forbidden` (reason `SCOPE`) */
export async function ownSecondStep(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  { isRequired }: Pick<StepRules, 'isRequired'>,
): Promise<OwnSecondStep> {
  requireOwnAccount(actor)
  const user = await localOwner({ catalog }, actor)
  const step = user.secondStepAt === undefined ? undefined : await catalog.secondSteps.get(user.id)
  return {
    isRequired: isRequired && user.orgRole === 'admin',
    recoveryCodesLeft: step?.recoveryCodesLeft ?? 0,
    ...(step?.onSince !== undefined && { onSince: step.onSince }),
  }
}

/**
 * Makes a secret for an app. Nobody is asked for its codes before `turnOnSecondStep`.
 *
 * @returns the secret to type, and the address to make a picture of; both are shown this once
 * @throws AppError `forbidden` (reason `WRONG_PASSWORD`), `rate_limited`, `bad_request` (reason `TOKEN`),
 * `conflict` (reasons `SECOND_STEP_ON`, `DIRECTORY_PERSON`)
 */
export async function beginSecondStep(
  ports: Stores,
  who: Authenticated,
  { password, throttle }: { password: string; throttle: Throttle },
): Promise<{ secret: string; address: string }> {
  const { catalog, clock, keys, oneTimeCodes } = ports
  const user = await ownerInBrowser(ports, who)
  await assertOwnPassword(ports, who.actor, { password, throttle })
  const secret = oneTimeCodes.newSecret()
  await catalog.secondSteps.begin(user.id, keys.seal(secret, sealOf(user.id)), clock.now())
  return { secret, address: oneTimeCodes.address(secret, user.username) }
}

/**
 * Codes are asked for from now on. All other sessions of the account end.
 *
 * @returns ten codes, each of which works once in place of one of the app; shown this once
 * @throws AppError `forbidden` (reason `WRONG_CODE`), `rate_limited`, `conflict` (reason
 * `SECOND_STEP_NOT_BEGUN`)
 */
export async function turnOnSecondStep(
  ports: Stores,
  who: Authenticated,
  { code, throttle }: { code: string; throttle: Throttle },
): Promise<string[]> {
  const { catalog, clock, keys, oneTimeCodes } = ports
  const user = await ownerInBrowser(ports, who)
  const begun = await catalog.secondSteps.get(user.id)
  if (!begun || begun.onSince !== undefined) throw notBegun()
  const done = countCode(throttle, who.actor)
  const secret = keys.unseal(begun.sealed, sealOf(user.id))
  const step = oneTimeCodes.stepOf(digitsOf(code), secret, clock.now())
  if (step === undefined) throw wrongCode()
  done()
  const codes = newRecoveryCodes()
  const first = { sealed: begun.sealed, step, codeHashes: hashesOf(ports, user.id, codes) }
  const by = actBy(ports, who.actor)
  if (!(await catalog.secondSteps.turnOn(user.id, { ...first, exceptSessionId: who.id }, by))) {
    throw notBegun()
  }
  return codes
}

/**
 * Ten new codes to recover by, in place of all earlier ones.
 *
 * @throws AppError `forbidden` (reason `WRONG_CODE`), `rate_limited`, `conflict` (reason
 * `SECOND_STEP_OFF`)
 */
export async function renewRecoveryCodes(
  ports: Stores,
  who: Authenticated,
  { code, throttle }: { code: string; throttle: Throttle },
): Promise<string[]> {
  const user = await ownerInBrowser(ports, who)
  await assertOwnCode(ports, who.actor, { code, throttle })
  const codes = newRecoveryCodes()
  const hashes = hashesOf(ports, user.id, codes)
  await ports.catalog.secondSteps.putRecoveryCodes(user.id, hashes, actBy(ports, who.actor))
  return codes
}

/**
 * No code is asked for any more.
 *
 * @throws AppError `forbidden` (reasons `WRONG_PASSWORD`, `WRONG_CODE`), `rate_limited`, `conflict`
 * (reasons `SECOND_STEP_OFF`, `SECOND_STEP_REQUIRED`)
 */
export async function turnOffSecondStep(
  ports: Stores,
  who: Authenticated,
  { password, code, throttle, isRequired }: { password: string; code: string } & StepRules,
): Promise<void> {
  const user = await ownerInBrowser(ports, who)
  if (isRequired && user.orgRole === 'admin') {
    throw new AppError('conflict', 'Administrators of this box sign in with a code.', {
      reason: 'SECOND_STEP_REQUIRED',
    })
  }
  await assertOwnPassword(ports, who.actor, { password, throttle })
  await assertOwnCode(ports, who.actor, { code, throttle })
  await ports.catalog.secondSteps.turnOff(user.id, 'second_step.off', actBy(ports, who.actor))
}

/**
 * Takes the second step away from somebody who has lost it, and ends all their sessions. Idempotent.
 *
 * @throws AppError `forbidden`, `not_found`
 */
export async function resetSecondStep(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  userId: string,
): Promise<User> {
  requireOrgAdmin(actor)
  const { people, secondSteps } = ports.catalog
  if (!(await people.user(userId))) throw notFound()
  const wasOn = await secondSteps.turnOff(userId, 'second_step.reset', actBy(ports, actor))
  if (wasOn) await people.endSession({ userId })
  const user = await people.user(userId)
  if (!user) throw notFound()
  return user
}

/**
 * Uses a code of the app up, or one to recover by. Undefined for one that is wrong or was used before.
 *
 * @throws AppError `rate_limited`, `conflict` (reason `SECOND_STEP_OFF`)
 */
export async function passSecondStep(
  ports: Stores,
  { userId, address }: { userId: string; address: string },
  { code, throttle }: { code: string; throttle: Throttle },
): Promise<'code' | 'recovery_code' | undefined> {
  const step = await ports.catalog.secondSteps.get(userId)
  if (step?.onSince === undefined) {
    throw new AppError('conflict', 'No code is asked for at the sign-in of this account.', {
      reason: 'SECOND_STEP_OFF',
    })
  }
  const done = countCode(throttle, { userId, address })
  const by = await usedBy(ports, userId, { code, step })
  if (by) done()
  return by
}

/** @throws AppError `forbidden` (reason `WRONG_CODE`), and as `passSecondStep` */
async function assertOwnCode(
  ports: Stores,
  { userId, address = '' }: Actor,
  wish: { code: string; throttle: Throttle },
): Promise<void> {
  if (!(await passSecondStep(ports, { userId, address }, wish))) throw wrongCode()
}

/** Both ways are always looked at, so that the time does not tell them apart. */
async function usedBy(
  { catalog, clock, keys, oneTimeCodes }: Stores,
  userId: string,
  { code, step }: { code: string; step: SecondStep },
): Promise<'code' | 'recovery_code' | undefined> {
  const secret = keys.unseal(step.sealed, sealOf(userId))
  const now = clock.now()
  const at = oneTimeCodes.stepOf(digitsOf(code), secret, now)
  const hash = keys.short(lettersOf(code), recoveryOf(userId))
  if (await catalog.secondSteps.spendStep(userId, at ?? 0)) return 'code'
  return (await catalog.secondSteps.spendRecoveryCode(userId, hash, now))
    ? 'recovery_code'
    : undefined
}

async function assertOwnPassword(
  { catalog }: Pick<Ports, 'catalog'>,
  { userId, username, address = '' }: Actor,
  { password, throttle }: { password: string; throttle: Throttle },
): Promise<void> {
  throttle.attempt(username, address)
  if (!(await isPassword(password, await catalog.people.passwordHash(userId)))) {
    throw new AppError('forbidden', 'The password is wrong.', { reason: 'WRONG_PASSWORD' })
  }
  throttle.forgive(username, address)
}

/** Counted apart from passwords: whoever guesses codes knows the password already. */
function countCode(
  throttle: Throttle,
  { userId, address = '' }: { userId: string; address?: string },
): () => void {
  const name = `code ${userId}`
  throttle.attempt(name, address)
  return () => throttle.forgive(name, address)
}

/** Secrets are made and used up where they are shown: no token has business with them. */
function ownerInBrowser(ports: Pick<Ports, 'catalog'>, who: Authenticated): Promise<User> {
  if (who.kind === 'token') {
    throw new AppError('bad_request', 'Only a signed-in browser can do this, no token.', {
      reason: 'TOKEN',
    })
  }
  return localOwner(ports, who.actor)
}

async function localOwner({ catalog }: Pick<Ports, 'catalog'>, actor: Actor): Promise<User> {
  const user = await catalog.people.user(actor.userId)
  if (!user) throw notFound()
  if (user.directory) throw ofDirectory()
  return user
}

/** Without characters that are mistaken for each other when copied from paper. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const CODES = 10

/** Four groups of five letters: 100 bits each. */
const newRecoveryCodes = (): string[] =>
  Array.from({ length: CODES }, () =>
    Array.from({ length: 4 }, () =>
      Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
    ).join('-'),
  )

const hashesOf = ({ keys }: Pick<Ports, 'keys'>, userId: string, codes: readonly string[]) =>
  codes.map((code) => keys.short(lettersOf(code), recoveryOf(userId)))

const sealOf = (userId: string) => `second-step|${userId}`
const recoveryOf = (userId: string) => `recovery|${userId}`

/** Apps show codes in two halves. */
const digitsOf = (code: string): string => code.replaceAll(/\s/g, '')

const lettersOf = (code: string): string => code.toLowerCase().replaceAll(/[\s-]/g, '')

const wrongCode = () =>
  new AppError('forbidden', 'The code is wrong, or was used before. Wait for the next one.', {
    reason: 'WRONG_CODE',
  })

const notBegun = () =>
  new AppError('conflict', 'Begin again: there is no secret that waits for its first code.', {
    reason: 'SECOND_STEP_NOT_BEGUN',
  })
