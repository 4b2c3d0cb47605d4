/** A stream of bytes that is cut at delimiters, whatever the chunks it comes in. */
export interface ByteScanner {
  /** Yields everything before `delimiter` and skips it. Returns false when the stream ends first. */
  before(delimiter: Buffer): AsyncGenerator<Uint8Array, boolean>
  /** Everything before `delimiter`, which stays; undefined if it is not within `maxBytes`. */
  peekBefore(delimiter: Buffer, maxBytes: number): Promise<Buffer | undefined>
  /** The next `count` bytes, which stay; fewer at the end. */
  peek(count: number): Promise<Buffer>
  /** Skips bytes that were peeked at. */
  skip(count: number): void
  /** Lets the stream go, whether it is at its end or not. */
  close(): Promise<void>
}

/** Holds one chunk and less than one delimiter at a time, or what is being peeked at. */
export function byteScanner(source: AsyncIterable<Uint8Array>, start: Buffer): ByteScanner {
  const chunks = source[Symbol.asyncIterator]()
  let pending: Buffer = start
  const pull = async (): Promise<boolean> => {
    const { done, value } = await chunks.next()
    if (done) return false
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    return true
  }
  return {
    async *before(delimiter) {
      for (;;) {
        const at = pending.indexOf(delimiter)
        // Without it, the end may still be its beginning: that much is held back.
        const safe = at >= 0 ? at : pending.length - delimiter.length + 1
        if (safe > 0) {
          const bytes = pending.subarray(0, safe)
          pending = pending.subarray(safe)
          yield bytes
        }
        if (at >= 0) {
          pending = pending.subarray(delimiter.length)
          return true
        }
        if (!(await pull())) return false
      }
    },

    async peekBefore(delimiter, maxBytes) {
      for (;;) {
        const at = pending.indexOf(delimiter)
        if (at >= 0) return at <= maxBytes ? pending.subarray(0, at) : undefined
        if (pending.length > maxBytes + delimiter.length || !(await pull())) return undefined
      }
    },

    async peek(count) {
      while (pending.length < count && (await pull()));
      return pending.subarray(0, count)
    },

    skip(count) {
      pending = pending.subarray(count)
    },

    async close() {
      await chunks.return?.()
    },
  }
}
