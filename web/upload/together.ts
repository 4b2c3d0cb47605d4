/** Items that wait together for one answer. Whoever is taken out meanwhile is not touched by it. */
export class Together<Item> {
  readonly #waiting = new Set<Item>()

  get size(): number {
    return this.#waiting.size
  }

  remove(item: Item): void {
    this.#waiting.delete(item)
  }

  /**
   * Asks, and settles those who still wait then, in order, each with its own answer or with what the
   * question threw. Never rejects.
   */
  async ask<Answer>(
    items: readonly Item[],
    question: () => Promise<readonly Answer[]>,
    settle: (item: Item, outcome: { answer: Answer | undefined } | { error: unknown }) => void,
  ): Promise<void> {
    for (const item of items) this.#waiting.add(item)
    const outcome = await question().then(
      (answers) => ({ answers }),
      (error: unknown) => ({ error }),
    )
    items.forEach((item, index) => {
      if (!this.#waiting.delete(item)) return
      settle(item, 'error' in outcome ? outcome : { answer: outcome.answers[index] })
    })
  }
}
