import type { Digest } from '../../digest.ts'
import type { Step } from '../../model/job.ts'

/**
 * A page, or a stretch of sound, of a long step. `asked`: to be done again, and none but those.
 * `begun`: a worker was at it, `tries` times, and did not come to an end.
 */
export interface StepUnit {
  /** Pages from 1; stretches by their beginning in milliseconds. */
  unit: number
  state: 'asked' | 'begun' | 'done' | 'failed'
  tries: number
  /** What was found, JSON of the step's own. */
  body: unknown
}

/** Work of a step on a content, by one version of the step in one way. */
export interface UnitsOf {
  digest: Digest
  step: Step
  stepVersion: number
  /** Who works, or with what, where results of others do not mix with it: languages, a model. */
  by: string
}

/**
 * What long steps have so far, so that a killed worker goes on where it was. Gone when the step ends
 * with a result; kept when it is given up, for the next try.
 */
export interface StepUnits {
  /** In their order. What another version of the step, or somebody else, has left is no part of it. */
  all(of: UnitsOf): Promise<StepUnit[]>
  /** Counts a try for each, before it is made; those of another version, or by others, do not count. */
  begin(of: UnitsOf, units: readonly number[]): Promise<void>
  /** Takes such a count back: the worker was stopped in good order. */
  giveBack(of: UnitsOf, units: readonly number[]): Promise<void>
  /**
   * Keeps what came of some. Durable. The job itself has a fresh count of attempts then: it does get
   * on.
   */
  end(
    of: UnitsOf,
    units: readonly { unit: number; state: 'done' | 'failed'; body: unknown }[],
  ): Promise<void>
}
