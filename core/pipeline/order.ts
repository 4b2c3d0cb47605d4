import type { Step } from '../model/job.ts'

/** A step as the queue needs to know it: which, in what version, how urgent. */
export interface QueuedStep {
  step: Step
  version: number
  priority: number
}

/** What every new content begins with. */
export const FIRST_STEP: QueuedStep = { step: 'probe', version: 1, priority: 50 }

/** What makes one pointer findable once its content is understood. */
export const LINK_STEP: QueuedStep = { step: 'link', version: 1, priority: 60 }
