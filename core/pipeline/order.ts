import { type Lane, laneOf, type Step } from '../model/job.ts'

/** A step as the queue needs to know it: which, in what version, how urgent, in which lanes. */
export interface QueuedStep {
  step: Step
  version: number
  priority: number
  lane: Lane
}

const row = (step: Step, version: number, priority: number): QueuedStep => ({
  step,
  version,
  priority,
  lane: laneOf(step),
})

/** What every new content begins with. */
export const FIRST_STEP = row('probe', 2, 50)

/** What makes one pointer findable once its content is understood. */
export const LINK_STEP = row('link', 1, 100)

/** Words are what people wait for; the picture of the first page comes after them. */
export const EXTRACT_STEP = row('extract', 2, 40)
export const CHUNK_STEP = row('chunk', 2, 42)
export const EMBED_STEP = row('embed', 1, 44)
export const INDEX_STEP = row('index', 1, 46)
export const PREVIEW_STEP = row('preview', 1, 20)
export const NEAR_STEP = row('near', 1, 18)

/** From here on a step is for words, which go before everything else, whosever they are. */
export const WORDS_PRIORITY = EXTRACT_STEP.priority

/** A content of at most this size is read before the larger ones of its book, in bytes. */
const SMALL_BYTES = 256 * 1024
/** Lifts all steps for words above those of larger contents, and leaves their order. */
const SOONER = 20

/** The priority at which a step waits for a content of this size. What was lifted before stays. */
export function priorityFor(priority: number, sizeBytes: number): number {
  const isLifted = priority >= WORDS_PRIORITY + SOONER
  if (sizeBytes > SMALL_BYTES || priority < WORDS_PRIORITY || isLifted) return priority
  return priority + SOONER
}

/** Heavy ones, among themselves: a page is read sooner than an hour is heard. */
export const OCR_STEP = row('ocr', 1, 30)
export const SPEECH_STEP = row('speech', 1, 28)
export const PICTURE_STEP = row('picture', 1, 10)

const ROWS: readonly QueuedStep[] = [
  FIRST_STEP,
  EXTRACT_STEP,
  OCR_STEP,
  SPEECH_STEP,
  CHUNK_STEP,
  EMBED_STEP,
  INDEX_STEP,
  PICTURE_STEP,
  NEAR_STEP,
  PREVIEW_STEP,
]

/** How a step of a content is queued by this version of the product. */
export const rowOf = (step: Step): QueuedStep | undefined => ROWS.find((each) => each.step === step)

/** The row by which one step asks the queue for another. */
export const queued = ({ step, version, priority }: Omit<QueuedStep, 'lane'>) => ({
  step,
  stepVersion: version,
  priority,
})
