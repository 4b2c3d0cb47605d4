import { AppError } from '../errors.ts'
import type { Job, Step } from '../model/job.ts'
import type { Ports, StepUnit } from '../ports/index.ts'

/** What died with its reader, or its worker, this often is left out from then on. */
export const MOST_TRIES = 3

/** What a long step has so far, and how it keeps more of it. */
export interface Kept {
  readonly units: readonly StepUnit[]
  /**
   * Counts a try for these units, then makes it. A stop in good order is not counted.
   *
   * @throws what `work` throws
   */
  tried<Result>(
    units: readonly number[],
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result>
  end(units: readonly { unit: number; state: 'done' | 'failed'; body: unknown }[]): Promise<void>
}

/** What is kept of a step on a job's content, as far as it was done by the same. */
export async function keptOf(
  { catalog }: Pick<Ports, 'catalog'>,
  { digest, stepVersion }: Job,
  { step, by }: { step: Step; by: string },
): Promise<Kept> {
  const of = { digest, step, stepVersion, by }
  return {
    units: await catalog.units.all(of),
    end: (units) => catalog.units.end(of, units),
    async tried(units, signal, work) {
      await catalog.units.begin(of, units)
      try {
        return await work()
      } catch (error) {
        if (signal.aborted) await catalog.units.giveBack(of, units)
        throw error
      }
    },
  }
}

/** Why a part of a file was not read, in words for staff. */
export interface PartFailure {
  reason: string
  message: string
}

/** The reader of a part died under it: of another part it may not. */
export const isDeath = (error: unknown): error is AppError =>
  error instanceof AppError &&
  error.code === 'internal' &&
  error.reason?.startsWith('PARSER_') === true

export const failureOf = ({ reason, code, message }: AppError): PartFailure => ({
  reason: reason ?? code,
  message,
})

/** Of a part that its worker did not survive, or its reader not so often. */
export const QUARANTINED: PartFailure = {
  reason: 'PARSER_QUARANTINED',
  message: 'It stopped the reader again and again, and is left alone. It can be tried again.',
}
