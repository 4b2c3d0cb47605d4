/** Work longer ago than this counts half as much. */
const HALF_LIFE_MS = 15_000
/** Before this much work nothing can be said. */
const LEAST_MS = 2000

/** How much is done per time of work; time in which nothing was to be done does not count. */
export class Pace {
  #amount = 0
  #workMs = 0
  #atWork = 0
  #since = 0

  begin(now: number): void {
    this.#pass(now)
    this.#atWork++
  }

  end(now: number): void {
    this.#pass(now)
    this.#atWork--
  }

  add(amount: number, now: number): void {
    this.#pass(now)
    this.#amount += amount
  }

  /** Milliseconds that so much more will take; undefined while that cannot be said. */
  msFor(amount: number, now: number): number | undefined {
    if (amount <= 0) return 0
    this.#pass(now)
    if (this.#workMs < LEAST_MS || this.#amount <= 0) return undefined
    return (amount * this.#workMs) / this.#amount
  }

  #pass(now: number): void {
    const passed = this.#atWork > 0 ? now - this.#since : 0
    this.#since = now
    const faded = 0.5 ** (passed / HALF_LIFE_MS)
    this.#amount *= faded
    this.#workMs = this.#workMs * faded + passed
  }
}
