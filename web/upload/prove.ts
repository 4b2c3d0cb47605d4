import type { Fields } from './answers.ts'
import { UploadError } from './answers.ts'
import type { Hasher } from './hasher.ts'
import type { UploadItem } from './item.ts'
import type { Challenge } from './proof.ts'
import type { UploadReceipt, UploadTicket, Wire } from './wire.ts'

interface ProverTools {
  wire: Pick<Wire, 'prove'>
  hasher: Pick<Hasher, 'proof'>
  now: () => number
}

/** Answers the challenges that come with addresses: a file that is proved need not be sent. */
export class Prover {
  readonly #tools: ProverTools
  /** A file has one proof to give: what was refused once is sent, however often that is tried. */
  readonly #asked = new WeakSet<UploadItem>()
  #restUntil = 0

  constructor(tools: ProverTools) {
    this.#tools = tools
  }

  /**
   * @returns the receipt when nothing has to be sent; undefined to send the file
   * @throws what the call threw; too many proofs only mean that the file is sent
   */
  async prove(
    item: UploadItem,
    ticket: UploadTicket,
    signal: AbortSignal,
  ): Promise<UploadReceipt | undefined> {
    const { challenge, docId, url } = ticket
    const { file, digest } = item
    if (!challenge || url === undefined || !file || digest === undefined) return undefined
    if (this.#asked.has(item) || this.#tools.now() < this.#restUntil) return undefined
    this.#asked.add(item)
    const order = { challenge, docId, digest }
    // Who cannot read the file again hears of it when sending.
    const proof = await this.#tools.hasher.proof(file, order, signal).catch(() => undefined)
    signal.throwIfAborted()
    if (proof === undefined) return undefined
    try {
      return await this.#tools.wire.prove({ docId, cid: challenge.cid, proof }, signal)
    } catch (error) {
      if (!(error instanceof UploadError) || error.code !== 'rate_limited') throw error
      this.#restUntil = this.#tools.now() + (error.retryAfterMs ?? 0)
      return undefined
    }
  }
}

/** The challenge on the wire, when there is one. */
export function challengeOf({ challenge }: Fields): Challenge | undefined {
  if (typeof challenge !== 'object' || challenge === null) return undefined
  const { cid, nonce, seed, kind, holder } = challenge as Record<string, unknown>
  const all = [cid, nonce, seed, holder]
  if (!all.every((each) => typeof each === 'string')) return undefined
  if (kind !== 'full' && kind !== 'strata') return undefined
  return {
    cid: String(cid),
    nonce: String(nonce),
    seed: String(seed),
    holder: String(holder),
    kind,
  }
}
