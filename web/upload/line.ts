/** A waiting line that can be left from anywhere, with a front for those who have waited before. */
export class Line<Item> {
  readonly #front = new Set<Item>()
  readonly #back = new Set<Item>()

  get size(): number {
    return this.#front.size + this.#back.size
  }

  add(item: Item): void {
    if (!this.#front.has(item)) this.#back.add(item)
  }

  addFirst(item: Item): void {
    this.#back.delete(item)
    this.#front.add(item)
  }

  remove(item: Item): void {
    this.#front.delete(item)
    this.#back.delete(item)
  }

  /** The next that `fits`; stays where it is. */
  peek(fits: (item: Item) => boolean = () => true): Item | undefined {
    for (const item of this) if (fits(item)) return item
    return undefined
  }

  /** Takes the next that `fits` out of the line. */
  take(fits?: (item: Item) => boolean): Item | undefined {
    const item = this.peek(fits)
    if (item !== undefined) this.remove(item)
    return item
  }

  /** The next ones that fit, at most `count`; they stay where they are. */
  first(count: number, fits: (item: Item) => boolean): Item[] {
    const found: Item[] = []
    for (const item of this) {
      if (found.length === count) break
      if (fits(item)) found.push(item)
    }
    return found
  }

  *[Symbol.iterator](): Iterator<Item> {
    yield* this.#front
    yield* this.#back
  }
}
