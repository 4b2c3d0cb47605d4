import type { UploadItem } from './item.ts'
import type { Ledger } from './ledger.ts'
import { Line } from './line.ts'
import { Together } from './together.ts'
import type { Wire } from './wire.ts'

/** Files asked about in one call; the server takes no more. */
const MOST = 500

interface Tools {
  ledger: Ledger
  wire: Wire
  closing: AbortSignal
  /** A file is not where it was: it has to be sent. */
  onChanged: (item: UploadItem) => void
}

/** Files that were stored once and may still be: the server is asked about many in one call. */
export class KnownFiles {
  readonly #tools: Tools
  readonly #line = new Line<UploadItem>()
  readonly #asked = new Together<UploadItem>()

  constructor(tools: Tools) {
    this.#tools = tools
  }

  add(item: UploadItem): void {
    this.#line.add(item)
    if (this.#line.size >= MOST) this.confirm()
  }

  remove(item: UploadItem): void {
    this.#line.remove(item)
    this.#asked.remove(item)
  }

  /** Asks about all of them. What is still there is stored; nothing of it goes over the wire. */
  confirm(): void {
    while (this.#line.size > 0) {
      const items = this.#line.first(MOST, () => true)
      for (const item of items) this.#line.remove(item)
      void this.#asked.ask(
        items,
        () => this.#documentsOf(items),
        (item, outcome) => {
          const documents = 'answer' in outcome ? outcome.answer : undefined
          this.#settle(item, documents ?? [])
        },
      )
    }
  }

  async #documentsOf(items: readonly UploadItem[]): Promise<string[][]> {
    const digests = [...new Set(items.map(({ digest = '' }) => digest))]
    const { wire, closing } = this.#tools
    const documents = await wire.check(digests, closing)
    const found = new Map(digests.map((digest, index) => [digest, documents[index] ?? []]))
    return items.map(({ digest = '' }) => found.get(digest) ?? [])
  }

  #settle(item: UploadItem, documents: readonly string[]): void {
    const { knownAs } = item
    const isThere = knownAs !== undefined && documents.includes(knownAs)
    this.#tools.ledger.change(item, (it) => {
      delete it.knownAs
      if (!isThere) return
      it.state = 'stored'
      it.documentId = knownAs
    })
    if (!isThere) this.#tools.onChanged(item)
  }
}
