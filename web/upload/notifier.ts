/** Tells listeners that something changed, at most once per `intervalMs`, however often it did. */
export interface Notifier {
  subscribe(listener: () => void): () => void
  /** Grows with every notification: a cheap snapshot for a rendering library to compare. */
  version(): number
  changed(): void
}

export function batchedNotifier(intervalMs: number): Notifier {
  const listeners = new Set<() => void>()
  let version = 0
  let pending = false
  let toldAt = Number.NEGATIVE_INFINITY
  const tell = () => {
    pending = false
    toldAt = performance.now()
    version++
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
    changed() {
      if (pending) return
      pending = true
      // What comes after a silence is told at once, with whatever else happens in the same turn.
      setTimeout(tell, Math.max(0, toldAt + intervalMs - performance.now()))
    },
  }
}
