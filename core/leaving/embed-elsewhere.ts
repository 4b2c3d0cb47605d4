import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import type { Embedder, LeavingUse, Ports } from '../ports/index.ts'

type Needed = Pick<Ports, 'catalog' | 'clock'>

/** What is to be embedded, and for whom. */
interface Wish {
  what: LeavingUse['what']
  texts: readonly string[]
  /** Of whoever asks a question. */
  userId?: string
  traceId?: string
  /** Of the content whose text it is. */
  digest?: Digest
}

/**
 * Before texts are given to an embedder: does nothing for one of this house. For one elsewhere, asks
 * whether they may leave and writes down that they do.
 *
 * Vectors of two models never mix, so that a space is for all books or for none: one that is made
 * elsewhere is used only while every book of the box lets its contents leave.
 *
 * @throws AppError `unavailable` (reason `MAY_NOT_LEAVE`); nothing was sent
 */
export async function permitToLeave(
  { catalog, clock }: Needed,
  embedder: Pick<Embedder, 'space' | 'leavesTheHouse'>,
  { what, texts, userId, digest, traceId = newTraceId() }: Wish,
): Promise<void> {
  if (!embedder.leavesTheHouse) return
  if (!(await catalog.leaving.isAllowed('all'))) throw closed()
  const pointer = digest && (await catalog.leaving.pointer(digest))
  await catalog.leaving.record({
    ...pointer,
    at: clock.now(),
    provider: embedder.space.model,
    what,
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    traceId,
    ...(userId && { userId }),
  })
}

const closed = () =>
  new AppError(
    'unavailable',
    'The embedder is outside of the house, and not every book lets its contents leave. Allow it for all books under Admin, Books, or take another embedder.',
    { reason: 'MAY_NOT_LEAVE' },
  )
