import type { Digest } from '../digest.ts'

/**
 * The steps of understanding. All but `link` belong to a content and run once for it, however many
 * pointers it has; `link` belongs to one version and makes that pointer findable.
 */
export const STEPS = [
  'probe',
  'extract',
  'ocr',
  'speech',
  'chunk',
  'embed',
  'index',
  'picture',
  'preview',
  'near',
  'link',
] as const
export type Step = (typeof STEPS)[number]

/**
 * `blocked`: waits for the content's steps. `queued`: ready to be taken. `running`: leased.
 * `done`, `skipped` (nothing to do for this type) and `dead` (given up; may be retried) are final.
 */
export type JobState = 'blocked' | 'queued' | 'running' | 'done' | 'skipped' | 'dead'

/** What a file is not less understood without: they come later, and their failure is not its own. */
export const BESIDE: readonly Step[] = ['preview', 'picture', 'near']

/** Reasons for a skipped step that a program or model would do away with. */
export const NOT_AVAILABLE = [
  'NO_CONVERTER',
  'NO_OCR',
  'NO_FFMPEG',
  'NO_SPEECH_MODEL',
  'NO_IMAGE_MODEL',
] as const

/** Heavy steps take minutes and all of a processor; they have lanes of their own. */
export type Lane = 'light' | 'heavy'

export const HEAVY_STEPS: readonly Step[] = ['ocr', 'speech', 'picture']

export const laneOf = (step: Step): Lane => (HEAVY_STEPS.includes(step) ? 'heavy' : 'light')

export interface Job {
  id: string
  step: Step
  digest: Digest
  stepVersion: number
  /** Set on `link` jobs only. */
  versionId?: string
  /** Whose turn it is: jobs are taken round-robin by book. */
  bookId: string
  state: JobState
  /** Counted before the work starts. */
  attempts: number
  /** 0 to 1. */
  progress: number
  /** Set when there is nothing to do but to wait: when the queue is to be asked to move it on. */
  replayUntil?: number
  errorCode?: string
  errorReason?: string
  errorMessage?: string
  traceId: string
  createdAt: number
  updatedAt: number
}

/** State of one step on one content, kept after its job is gone. */
export type DerivationState = 'done' | 'partial' | 'skipped' | 'failed'
