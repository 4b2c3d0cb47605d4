import { AppError } from '../errors.ts'
import type { Space } from '../ports/index.ts'

/** @throws AppError `internal` (reason `OTHER_SPACE`) for a vector that cannot be of the space */
export function assertOfSpace({ id, dimension }: Space, vectors: Iterable<Float32Array>): void {
  for (const { length } of vectors) {
    if (length === dimension) continue
    throw new AppError('internal', `A vector of ${length} numbers is not of the space ${id}.`, {
      reason: 'OTHER_SPACE',
    })
  }
}
