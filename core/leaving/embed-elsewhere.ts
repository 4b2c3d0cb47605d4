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
 * @throws AppError `unavailable` (reason `EMBEDDER_NOT_USED`); nothing was sent
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

/** Why words alone answer, for administrators: nobody else is told of books that they may not see. */
export const CLOSED_BOOKS =
  'The embedder is outside of the house, and not every book lets its contents leave: words alone answer. Allow it for all books under Admin, Books, or take another embedder.'

const closed = () =>
  new AppError('unavailable', 'The search by meaning is not used at present: words alone answer.', {
    reason: 'EMBEDDER_NOT_USED',
  })

/** Whether `permitToLeave` threw it. */
export const isNotUsed = (error: unknown): boolean =>
  error instanceof AppError && error.reason === 'EMBEDDER_NOT_USED'
