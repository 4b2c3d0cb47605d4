import type { Clock, Kv } from '../../core/ports/index.ts'

/** Entries above this push the oldest out: about 30 MB. */
const MOST_ENTRIES = 100_000

/** A store in this process, gone with it: the default where no other is configured. */
export function memoryKv(
  { monotonic }: Pick<Clock, 'monotonic'>,
  mostEntries: number = MOST_ENTRIES,
): Kv {
  const values = recent<{ value: string; endsAt: number }>(monotonic, mostEntries)
  /** By the time at which each bucket will be full; a full one need not be remembered. */
  const buckets = recent<{ endsAt: number }>(monotonic, mostEntries)
  return {
    get: async (key) => values.get(key)?.value,
    async put(key, value, ttlMs) {
      values.put(key, { value, endsAt: monotonic() + ttlMs })
    },
    async remove(key) {
      values.remove(key)
    },
    async take(key, points, bucket) {
      const now = monotonic()
      const costMs = (Math.min(points, bucket.points) * bucket.fillMs) / bucket.points
      const takenMs = Math.max(0, (buckets.get(key)?.endsAt ?? now) - now) + costMs
      const waitMs = takenMs - bucket.fillMs
      // The clock has fractions: less than a thousandth is rounding, not a point too many.
      if (waitMs > 0.001) return Math.ceil(waitMs)
      buckets.put(key, { endsAt: now + takenMs })
      return 0
    },
    check: async () => {},
    close: async () => {},
  }
}

/** A map that forgets what has ended, and what was put longest ago when it is full. */
function recent<T extends { endsAt: number }>(now: () => number, most: number) {
  const entries = new Map<string, T>()
  return {
    get(key: string): T | undefined {
      const entry = entries.get(key)
      if (!entry || entry.endsAt > now()) return entry
      entries.delete(key)
      return undefined
    },
    put(key: string, entry: T): void {
      entries.delete(key)
      entries.set(key, entry)
      if (entries.size > most) forgetOldest(entries, Math.ceil(most / 100))
    },
    remove(key: string): void {
      entries.delete(key)
    },
  }
}

/** Several at a time: the first key of a map is found past all those removed before it. */
function forgetOldest(entries: Map<string, unknown>, count: number): void {
  let left = count
  for (const key of entries.keys()) {
    if (left-- === 0) return
    entries.delete(key)
  }
}
