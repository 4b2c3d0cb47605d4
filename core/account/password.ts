import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { AppError } from '../errors.ts'
import { gate } from './gate.ts'

const derive = promisify(argon2)

/** Argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet, second profile). */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const HASH_BYTES = 32
const SALT_BYTES = 16

export const MIN_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 512

/** Two at a time: the threads that hash are the ones that read files. */
const turn = gate(2)

/**
 * A password as it is kept: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, base64 without padding (the PHC
 * string format). Takes some 40 ms of a core, off the event loop.
 */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES)
  const { memory, passes, parallelism } = COST
  const hash = await turn(() =>
    derive('argon2id', parametersOf(password, { nonce, tagLength: HASH_BYTES, ...COST })),
  )
  const cost = `m=${memory},t=${passes},p=${parallelism}`
  return ['', 'argon2id', 'v=19', cost, unpadded(nonce), unpadded(hash)].join('$')
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{16,86})$/

/**
 * Whether `password` is the one behind `kept`. Without `kept` (no such account, or one without a
 * password) the same work is done and the answer is no, so that the time tells nothing.
 */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const match = PHC.exec(kept ?? (await nobodys()))
  if (!match) throw new Error('a password hash in the catalog is not in the PHC format')
  const [, memory, passes, parallelism, salt = '', hash = ''] = match
  const expected = Buffer.from(hash, 'base64')
  const found = await turn(() =>
    derive(
      'argon2id',
      parametersOf(password, {
        nonce: Buffer.from(salt, 'base64'),
        tagLength: expected.length,
        memory: Number(memory),
        passes: Number(passes),
        parallelism: Number(parallelism),
      }),
    ),
  )
  return timingSafeEqual(found, expected) && kept !== undefined
}

/**
 * Length only, as NIST SP 800-63B asks: no classes of characters.
 *
 * @throws AppError `bad_request` (reason `WEAK_PASSWORD`)
 */
export function assertPassword(password: string, username: string): void {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw weak(`A password has at least ${MIN_PASSWORD_LENGTH} characters.`)
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    throw weak(`A password has at most ${MAX_PASSWORD_LENGTH} characters.`)
  }
  if (password.toLowerCase() === username.toLowerCase()) {
    throw weak('A password may not be the user name.')
  }
}

const weak = (message: string) => new AppError('bad_request', message, { reason: 'WEAK_PASSWORD' })

/** The same letters typed on another keyboard are the same password (RFC 8265 section 4.2: NFC). */
const parametersOf = (
  password: string,
  rest: Omit<Argon2Parameters, 'message'>,
): Argon2Parameters => ({ message: Buffer.from(password.normalize('NFC')), ...rest })

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

let nobodysHash: Promise<string> | undefined

/** A hash that belongs to no account, to compare against when there is none. */
function nobodys(): Promise<string> {
  nobodysHash ??= hashPassword(randomBytes(16).toString('hex'))
  return nobodysHash
}
