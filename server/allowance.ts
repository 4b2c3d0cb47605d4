import type { Clock } from '../core/ports/index.ts'

/** So many at once, and so many a second after that. */
export function allowance(
  clock: Pick<Clock, 'monotonic'>,
  { burst, perSecond }: { burst: number; perSecond: number },
): () => boolean {
  let left = burst
  let filledAt = clock.monotonic()
  return () => {
    const now = clock.monotonic()
    left = Math.min(burst, left + ((now - filledAt) / 1000) * perSecond)
    filledAt = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
