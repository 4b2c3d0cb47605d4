import type { Space } from '../core/ports/index.ts'

/** A space for vectors that are made up by hand. */
export const tinySpace = (dimension: number): Space => ({
  id: `tiny_${dimension}`,
  model: 'tiny',
  dimension,
  pooling: 'none',
})
