/** Turns text into vectors of one space. Vectors of two spaces never mix. */
export interface Embedder {
  readonly space: Space
  /** One `Float32Array(dimension)` of length 1 per text, in order. Empty text gives a zero vector. */
  embed(texts: readonly string[]): Promise<Float32Array[]>
  close(): Promise<void>
}

/** A vector space: everything that makes two vectors comparable. */
export interface Space {
  /** Stable name of the table, `[a-z0-9_]+`: model, dimension and pooling. */
  id: string
  model: string
  dimension: number
  pooling: 'mean' | 'cls' | 'none'
}
