import type { Archives } from './archives.ts'
import type { Care } from './care.ts'
import type { Copies } from './copies.ts'
import type { Directories } from './directories.ts'
import type { History } from './history.ts'
import type { Holders } from './holders.ts'
import type { Blobs, Ingest, Uploads } from './ingest.ts'
import type { Inside } from './inside.ts'
import type { Derivations, Jobs } from './jobs.ts'
import type { Journal } from './journal.ts'
import type { Leaving } from './leaving.ts'
import type { Library } from './library.ts'
import type { ModelWork } from './model-work.ts'
import type { Near } from './near.ts'
import type { Passages } from './passages.ts'
import type { People } from './people.ts'
import type { Possession } from './possession.ts'
import type { Probers } from './probers.ts'
import type { SecondSteps } from './second-steps.ts'
import type { Settings } from './settings.ts'
import type { Shares } from './shares.ts'
import type { Spaces } from './spaces.ts'
import type { StepUnits } from './units.ts'
import type { Unread } from './unread.ts'

/**
 * The truth. Grouped by what it is about; each method is one unit of atomicity, run in one
 * transaction, and durable when it returns. There is no way to hold a transaction open from outside.
 */
export interface Catalog {
  people: People
  library: Library
  leaving: Leaving
  ingest: Ingest
  blobs: Blobs
  archives: Archives
  care: Care
  copies: Copies
  directories: Directories
  history: History
  holders: Holders
  inside: Inside
  uploads: Uploads
  probers: Probers
  possession: Possession
  jobs: Jobs
  derivations: Derivations
  passages: Passages
  near: Near
  shares: Shares
  modelWork: ModelWork
  spaces: Spaces
  units: StepUnits
  unread: Unread
  journal: Journal
  secondSteps: SecondSteps
  settings: Settings
  /** Answers when the catalog can be read and written. */
  check(): Promise<void>
  close(): Promise<void>
}
