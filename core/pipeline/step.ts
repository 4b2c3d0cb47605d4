import type { Job, Lane, Step } from '../model/job.ts'
import type { Ports, StepResult } from '../ports/index.ts'

/** What a step learns about its run, and how it tells how far it is. */
export interface StepContext {
  /** Aborts when the lease is lost or the worker stops. */
  signal: AbortSignal
  /** Share of the work done, 0 to 1. Cheap: it is written with the next heartbeat. */
  progress(share: number): void
}

/**
 * One step of understanding. Pure in what it derives: same content and step version, same result,
 * so that a lease lost half-way only costs time. Throwing decides what follows by the error's code
 * (`worker/retry.ts`); returning ends the job.
 */
export interface StepDefinition {
  step: Step
  /** Bump when the result changes; contents are then derived again by `onefold reindex`. */
  version: number
  /** Higher goes first. Small and visible work before heavy work. */
  priority: number
  lane: Lane
  run(ports: Ports, job: Job, context: StepContext): Promise<StepResult>
  /** What follows all the same when it is given up: others have found text. Nothing unless said. */
  afterDeath?(ports: Ports, job: Job): Promise<StepResult['next']>
}
