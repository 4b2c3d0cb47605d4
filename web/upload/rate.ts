const WINDOW_SECONDS = 6

/** Bytes per second over the last few seconds, from amounts as they pass. */
export class Rate {
  /** Whole second → bytes that passed in it. */
  readonly #seconds = new Map<number, number>()
  #startedAt = 0

  add(bytes: number, now: number): void {
    const second = Math.floor(now / 1000)
    this.#forget(second)
    if (this.#seconds.size === 0) this.#startedAt = now
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes)
  }

  perSecond(now: number): number {
    this.#forget(Math.floor(now / 1000))
    if (this.#seconds.size === 0) return 0
    const passed = Math.min((now - this.#startedAt) / 1000, WINDOW_SECONDS)
    const bytes = [...this.#seconds.values()].reduce((sum, each) => sum + each, 0)
    return bytes / Math.max(passed, 1)
  }

  #forget(second: number): void {
    for (const each of this.#seconds.keys()) {
      if (each <= second - WINDOW_SECONDS) this.#seconds.delete(each)
    }
  }
}
