import type { Act } from './library.ts'

/** Upload requests of one account that were not completed, of a window of time. */
export interface Tally {
  /** Their address can still be used. */
  open: number
  /** Ended without their bytes, or their address did. */
  abandoned: number
  /** When the first of these was requested. */
  abandonedSince?: number
  /** When the first of the open addresses ends. */
  openUntil?: number
  /** When an alarm was raised that nobody has cleared. */
  alarmAt?: number
}

export interface ProberAlarm {
  userId: string
  raisedAt: number
  /** Requests never completed, when it was raised. */
  requests: number
}

/**
 * Who asks for uploads again and again and sends nothing: counted from the uploads themselves, from
 * `since` on, or from when an administrator cleared the alarm of that account.
 */
export interface Probers {
  tally(userId: string, since: number, now: number): Promise<Tally>
  /**
   * Raises an alarm, with its audit entry and event, for each account that has more than `most`
   * abandoned requests and no alarm since `since`; for one account only when it is named.
   *
   * @returns the alarms raised
   */
  raise(most: number, window: { since: number; userId?: string }, by: Act): Promise<ProberAlarm[]>
  /** Alarms that nobody has cleared, newest first. */
  alarms(): Promise<ProberAlarm[]>
  /** @throws AppError `not_found` when there is none to clear */
  clear(userId: string, by: Act): Promise<void>
}
