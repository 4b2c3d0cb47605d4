import type { Space } from './embedder.ts'

/** Turns pictures, and texts about pictures, into vectors of one space, apart from those of texts. */
export interface PictureEmbedder {
  readonly space: Space
  /** Cosine similarity below which a text does not tell of a picture; measured per model. */
  readonly floor: number
  /** How wide and high the model looks at a picture: more is not needed, less is scaled up. */
  readonly sidePx: number
  /**
   * A vector of length 1.
   *
   * @param rgb `widthPx` x `heightPx` x 3 bytes, row by row
   * @throws AppError `unavailable` when the model cannot be run
   */
  embedPicture(rgb: Uint8Array, widthPx: number, heightPx: number): Promise<Float32Array>
  /** A vector of length 1 for what a picture is to show. */
  embedText(text: string): Promise<Float32Array>
  close(): Promise<void>
}
