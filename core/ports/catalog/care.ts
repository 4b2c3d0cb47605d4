import type { Act } from './library.ts'

/** How long the box was seen to run, and how often the reaper went round. No set clock moves it. */
export interface BoxTime {
  elapsedMs: number
  round: number
}

/** Somebody who needs the whole store to stay as it is, such as a backup. */
export interface Hold {
  id: string
  note: string
  createdAt: number
  /** How long it lasts from now on, in milliseconds of the box's own clock. */
  leftMs: number
}

/** Something about the store that people must see to; until then no bytes are removed. */
export interface StoreAlarm {
  kind: string
  raisedAt: number
  detail: string[]
}

/** What keeps the store's promises over time: its clock, its holds, its alarms. */
export interface Care {
  /**
   * Moves the box's clock on by what the machine's steady clock went since the last call, by whichever
   * process; not at all after a restart of the machine. Notes which blobs lost their last reference
   * meanwhile, ends leases whose time is over, and begins a round of the reaper, once a minute at
   * most.
   */
  beat(steady: { boot: string; ms: number }): Promise<BoxTime>
  boxTime(): Promise<BoxTime>
  /** Keeps every byte of the store for `forMs`; the same `id` again makes it last from now. */
  hold(hold: { id: string; note: string; forMs: number }, now: number): Promise<Hold>
  /** False when there was none. */
  release(id: string): Promise<boolean>
  holds(): Promise<Hold[]>
  /** Raises an alarm, or renews what it says; audited when it is new. True then. */
  raise(alarm: Omit<StoreAlarm, 'raisedAt'>, by: Act): Promise<boolean>
  /** Ends an alarm, with its audit entry. False when there was none. */
  clear(kind: string, by: Act): Promise<boolean>
  alarms(): Promise<StoreAlarm[]>
  /** What the catalog's own check of its file finds. Reads all of it. */
  integrity(): Promise<string[]>
  /** Rows that point to rows which are not there, by table. */
  danglingRows(): Promise<{ table: string; count: number }[]>
  /** What steps derived that is not there as their rows say, in words. */
  wrongDerived(): Promise<{ checked: number; wrong: string[] }>
  /** How many vectors of this space the steps say they wrote. */
  indexedChunks(space: string): Promise<number>
}
