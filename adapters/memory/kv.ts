import type { Kv } from '../../core/ports/index.ts'

/** Entries above this push the oldest out. */
const MOST_ENTRIES = 100_000

/** A store in this process, gone with it: the default where no other is configured. */
export function memoryKv(now: () => number): Kv {
  const values = new Map<string, { value: string; endsAt: number }>()
  const windows = new Map<string, { taken: number; endsAt: number }>()

  function live<T extends { endsAt: number }>(map: Map<string, T>, key: string): T | undefined {
    const entry = map.get(key)
    if (!entry || entry.endsAt > now()) return entry
    map.delete(key)
    return undefined
  }

  function keep<T>(map: Map<string, T>, key: string, entry: T): void {
    map.delete(key)
    map.set(key, entry)
    const oldest = map.size > MOST_ENTRIES ? map.keys().next().value : undefined
    if (oldest !== undefined) map.delete(oldest)
  }

  return {
    get: async (key) => live(values, key)?.value,
    getMany: async (keys) => keys.map((key) => live(values, key)?.value),
    async put(key, value, ttlMs) {
      keep(values, key, { value, endsAt: now() + ttlMs })
    },
    async remove(key) {
      values.delete(key)
    },
    async take(key, points, limit) {
      const window = live(windows, key) ?? { taken: 0, endsAt: now() + limit.windowMs }
      if (window.taken + points > limit.points) return window.endsAt - now()
      keep(windows, key, { ...window, taken: window.taken + points })
      return 0
    },
    check: async () => {},
    close: async () => {},
  }
}
