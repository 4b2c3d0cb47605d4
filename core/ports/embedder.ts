/** Turns text into vectors of one space. Vectors of two spaces never mix. */
export interface Embedder {
  readonly space: Space
  /** Whether only spelling brings texts together, not meaning. Staff are told, and it weighs less. */
  readonly isLexical: boolean
  /** Texts are sent out of this box: only where all books allow it, and each use is written down. */
  readonly leavesTheHouse?: boolean
  /** Cosine similarity below which two texts have nothing in common; measured per model. */
  readonly floor: number
  /**
   * One `Float32Array(dimension)` of length 1 per text, in order. Empty text gives a zero vector.
   *
   * @param purpose some models embed a question differently from what answers it
   * @throws AppError `unavailable` when the model cannot be run
   */
  embed(texts: readonly string[], purpose?: 'passage' | 'query'): Promise<Float32Array[]>
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
