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
  const tell = () => {
    pending = false
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
      setTimeout(tell, intervalMs)
    },
  }
}
