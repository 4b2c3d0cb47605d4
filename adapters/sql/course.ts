/** One try at a step: how it went, and what became of it unless it ended well. */
export interface Try {
  /** Absent while it is under way. */
  ms?: number
  /** Milliseconds since its beginning, and the share of the work that was done by then. */
  beats: (readonly [number, number])[]
  failure?: TryFailure
  /** Its worker died under it; the next try followed at once. */
  isCutOff?: boolean
}

export interface TryFailure {
  code: string
  reason: string | null
  message: string
  /** Until the next try. */
  waitMs: number
}

/** How a step went, try by try: what somebody is told who must not learn that it was done before. */
export type Course = readonly Try[]

export const parseCourse = (json: string): Course => JSON.parse(json) as Course

/** What is known of the tries that are over. */
export const begun = (course: Course): Course => course.filter(({ ms }) => ms !== undefined)

/** Adds what a heartbeat tells of the try under way. */
export function beaten(course: Course, atMs: number, share: number): Course {
  const open = openTry(course)
  return [...begun(course), { ...open, beats: [...open.beats, [atMs, share]] }]
}

/** Ends the try under way as one whose worker died: it was over when that was noticed. */
export const cutOff = (course: Course, ms: number): Course => [
  ...begun(course),
  { ...openTry(course), ms, isCutOff: true },
]

/** Ends the try under way. */
export const tried = (course: Course, ms: number, failure?: TryFailure): Course => [
  ...begun(course),
  { ...openTry(course), ms, ...(failure && { failure }) },
]

const openTry = (course: Course): Try => course.find(({ ms }) => ms === undefined) ?? { beats: [] }

/** The share of the work that was done `elapsedMs` after a try began. */
export const shareAt = ({ beats }: Try, elapsedMs: number): number =>
  beats.findLast(([atMs]) => atMs <= elapsedMs)?.[1] ?? 0

/** When, after `elapsedMs`, a try has more to tell: milliseconds since it began. */
export const nextBeatMs = ({ beats, ms }: Try, elapsedMs: number): number | undefined =>
  beats.find(([atMs]) => atMs > elapsedMs)?.[0] ?? ms
