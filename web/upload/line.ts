/** A waiting line that can be left from anywhere, with a front for those who have waited before. */
export class Line<Item> {
  readonly #front = new Set<Item>()
  readonly #back = new Set<Item>()

  get size(): number {
    return this.#front.size + this.#back.size
  }

  add(item: Item): void {
    this.#back.add(item)
  }

  addFirst(item: Item): void {
    this.#back.delete(item)
    this.#front.add(item)
  }

  remove(item: Item): void {
    this.#front.delete(item)
    this.#back.delete(item)
  }

  /** Takes the next out of the line. */
  take(): Item | undefined {
    const from = this.#front.size > 0 ? this.#front : this.#back
    for (const item of from) {
      from.delete(item)
      return item
    }
    return undefined
  }
}
