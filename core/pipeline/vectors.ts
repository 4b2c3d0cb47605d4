import { AppError } from '../errors.ts'
import type { VectorRow } from '../ports/index.ts'

/** Vectors as they lie in the blob store: 32-bit floats, little-endian, one vector after the other. */
export function encodeVectors(vectors: readonly Float32Array[]): Uint8Array {
  const dimension = vectors[0]?.length ?? 0
  const view = new DataView(new ArrayBuffer(vectors.length * dimension * 4))
  let offset = 0
  for (const vector of vectors) {
    for (const value of vector) {
      view.setFloat32(offset, value, true)
      offset += 4
    }
  }
  return new Uint8Array(view.buffer)
}

/**
 * The rows of a stored block, numbered as their chunks are.
 *
 * @throws AppError `internal` when the block is not a whole number of vectors
 */
export function decodeVectors(bytes: Uint8Array, dimension: number): VectorRow[] {
  const size = dimension * 4
  if (bytes.byteLength % size !== 0) {
    throw new AppError('internal', 'The stored vectors of this file are damaged.')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.byteLength / size }, (_, ordinal) => ({
    ordinal,
    vector: Float32Array.from({ length: dimension }, (_, i) =>
      view.getFloat32(ordinal * size + i * 4, true),
    ),
  }))
}
