import type { Act } from './library.ts'

/** Small facts about this box that no file of configuration holds. */
export interface Settings {
  get(key: string): Promise<string | undefined>
  /** Keeps what is there already. @returns the value in effect */
  putOnce(key: string, value: string): Promise<string>
  put(key: string, value: string): Promise<void>
  /** Like `put`, with its audit entry, `setting.change`. */
  change(key: string, value: string, by: Act): Promise<void>
}
