import { AppError } from '../errors.ts'

/** Lets one work at a time be done on a thing, within this process. */
export interface Turns {
  /** Waits until nobody else is at `key`, then does `work`. */
  inOrder<T>(key: string, work: () => Promise<T>): Promise<T>
  /** Like `inOrder`, but who is at `key` now is told to stop: the newest is the one that counts. */
  newest<T>(key: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T>
}

interface Turn {
  stop: AbortController
  ended: Promise<unknown>
}

export function newTurns(): Turns {
  const running = new Map<string, Turn>()

  function start<T>(key: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController()
    const result = work(stop.signal)
    const leave = () => running.delete(key)
    running.set(key, { stop, ended: result.then(leave, leave) })
    return result
  }

  return {
    async inOrder(key, work) {
      for (let turn = running.get(key); turn; turn = running.get(key)) await turn.ended
      return start(key, work)
    },
    async newest(key, work) {
      for (let turn = running.get(key); turn; turn = running.get(key)) {
        turn.stop.abort()
        await turn.ended
      }
      return start(key, work)
    },
  }
}

/**
 * Passes `source` on until somebody newer takes the turn, even when it has gone silent.
 *
 * @throws AppError `conflict` (reason `PART_REPLACED`) then
 */
export async function* whileMyTurn(
  source: AsyncIterable<Uint8Array>,
  stopped: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  const end = new Promise<never>((_, reject) => {
    stopped.addEventListener('abort', () => reject(replaced()), { once: true })
  })
  end.catch(() => {})
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), end])
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not waited for: a silent sender would hold everybody up.
    chunks.return?.().catch(() => {})
  }
}

const replaced = () =>
  new AppError('conflict', 'This part was sent again meanwhile; the later one counts.', {
    reason: 'PART_REPLACED',
  })
