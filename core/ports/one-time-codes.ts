/** Codes of six digits that an app makes of a secret and the time (RFC 6238). */
export interface OneTimeCodes {
  /** A new secret of 160 bits, as people type it: base32, 32 letters and digits. */
  newSecret(): string
  /** What an app takes from a picture to make the codes of `label` (`otpauth://…`). */
  address(secret: string, label: string): string
  /**
   * The step of time that the code belongs to, when it is one of the steps before, at and after `now`
   * (epoch ms); undefined otherwise. Takes as long for every code of six digits.
   */
  stepOf(code: string, secret: string, now: number): number | undefined
}
