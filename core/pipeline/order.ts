import type { Lane, Step } from '../model/job.ts'

/** A step as the queue needs to know it: which, in what version, how urgent. */
export interface QueuedStep {
  step: Step
  version: number
  priority: number
  lane: Lane
}

/** What every new content begins with. */
export const FIRST_STEP: QueuedStep = { step: 'probe', version: 1, priority: 50, lane: 'light' }

/** What makes one pointer findable once its content is understood. */
export const LINK_STEP: QueuedStep = { step: 'link', version: 1, priority: 60, lane: 'light' }

/** Words are what people wait for; the picture of the first page comes after them. */
export const EXTRACT_STEP: QueuedStep = { step: 'extract', version: 1, priority: 40, lane: 'light' }
export const CHUNK_STEP: QueuedStep = { step: 'chunk', version: 1, priority: 42, lane: 'light' }
export const EMBED_STEP: QueuedStep = { step: 'embed', version: 1, priority: 44, lane: 'light' }
export const INDEX_STEP: QueuedStep = { step: 'index', version: 1, priority: 46, lane: 'light' }
export const PREVIEW_STEP: QueuedStep = { step: 'preview', version: 1, priority: 20, lane: 'light' }

/** The row by which one step asks the queue for another. */
export const queued = ({ step, version, priority }: Omit<QueuedStep, 'lane'>) => ({
  step,
  stepVersion: version,
  priority,
})
