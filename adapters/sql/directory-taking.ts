import type { Changes, Reading, Shown } from '../../core/ports/index.ts'

/** What all parts of taking over share. */
export interface Taking {
  directory: string
  shown: Shown
  at: Reading
  changes: Changes
}
