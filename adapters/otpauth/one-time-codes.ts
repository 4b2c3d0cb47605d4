import { Secret, TOTP } from 'otpauth'
import type { OneTimeCodes } from '../../core/ports/index.ts'

/** What every app can do, and many can do nothing else (Google's key URI format). */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const ISSUER = 'Onefold'
const SECRET_BYTES = 20

/** The library compares lengths in characters and then bytes, and throws at digits of other scripts. */
const CODE = /^[0-9]{6}$/

/** One-time codes by otpauth. */
export const otpauthCodes = (): OneTimeCodes => ({
  newSecret: () => new Secret({ size: SECRET_BYTES }).base32,

  address: (secret, label) =>
    new TOTP({ ...FORM, issuer: ISSUER, label, secret: Secret.fromBase32(secret) }).toString(),

  stepOf(code, secret, now) {
    if (!CODE.test(code)) return undefined
    const of = { ...FORM, secret: Secret.fromBase32(secret), timestamp: now }
    const delta = TOTP.validate({ ...of, token: code, window: 1 })
    return delta === null ? undefined : TOTP.counter(of) + delta
  },
})
