import type { Act } from './library.ts'

/** The second step of sign-in: secrets of one-time codes, sealed, and codes to recover by, hashed. */
export interface SecondSteps {
  /**
   * Keeps a secret that nobody is asked for yet, in place of an earlier such one.
   * @throws AppError `conflict` (reason `SECOND_STEP_ON`) once one is asked for
   */
  begin(userId: string, sealed: string, now: number): Promise<void>
  get(userId: string): Promise<SecondStep | undefined>
  /**
   * From now on codes are asked for, `step` being the first that was used. All sessions of the account
   * but `exceptSessionId` end.
   *
   * @returns whether it was off, and begun with this very secret
   */
  turnOn(
    userId: string,
    first: { sealed: string; step: number; codeHashes: readonly string[]; exceptSessionId: string },
    by: Act,
  ): Promise<boolean>
  /** Uses the code of a step up: false when it, or a later one, was used before. */
  spendStep(userId: string, step: number): Promise<boolean>
  /** Uses a code to recover by up: false when there is none such, or it was used before. */
  spendRecoveryCode(userId: string, codeHash: string, now: number): Promise<boolean>
  /** Puts these in place of all earlier ones. */
  putRecoveryCodes(userId: string, codeHashes: readonly string[], by: Act): Promise<void>
  /**
   * No code is asked for any more; secret and codes are gone.
   *
   * @returns whether one was asked for
   */
  turnOff(
    userId: string,
    action: 'second_step.off' | 'second_step.reset',
    by: Act,
  ): Promise<boolean>
}

export interface SecondStep {
  sealed: string
  /** Undefined while nobody is asked for it yet. */
  onSince?: number
  recoveryCodesLeft: number
}
