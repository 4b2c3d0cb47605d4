import { type Access, isBoxAdmin } from '../access/access.ts'
import { AppError } from '../errors.ts'
import { CLOSED_BOOKS, isNotUsed, permitToLeave } from '../leaving/embed-elsewhere.ts'
import { askerOf } from '../model/actor.ts'
import type { ChunkKey, PointerFilter, Ports } from '../ports/index.ts'
import type { ParsedQuery } from './parse-query.ts'
import { placesAsked } from './places-asked.ts'
import { isHeldBy } from './rank-words.ts'

/** Chunks whose meaning is near the query's, nearest first. */
export interface Meaning {
  keys: ChunkKey[]
  /** Why nothing was looked for; words alone answer then. */
  degraded?: { message: string; cause: unknown }
}

const MOST = 100
/** Of what is only spelt alike: its order says little, and each is looked at again (`rankAlike`). */
const MOST_LEXICAL = 200
/** Kind and date are checked afterwards, so more is asked for when they narrow. */
const MOST_NARROWED = 500

/**
 * Looks for meaning in the chapters that the caller may see and asked for. Below the embedder's
 * floor nothing is near: a query about nothing here finds nothing.
 */
export async function findMeaning(
  ports: Pick<Ports, 'catalog' | 'index' | 'embedder' | 'clock'>,
  access: Access,
  { parsed, filter }: { parsed: ParsedQuery; filter: PointerFilter },
): Promise<Meaning> {
  const { embedder, index } = ports
  const narrowed =
    filter.kinds !== undefined || filter.from !== undefined || filter.to !== undefined
  try {
    await permitToLeave(ports, embedder, {
      what: 'question',
      texts: [parsed.meaning],
      userId: askerOf(access.actor),
      traceId: access.actor.traceId,
    })
    const [vector] = await embedder.embed([parsed.meaning], 'query')
    if (!vector?.some((value) => value !== 0)) return { keys: [] }
    const places = placesAsked(access, filter)
    const most = embedder.isLexical ? MOST_LEXICAL : MOST
    const rows = await index
      .of(embedder.space)
      .query(vector, places, narrowed ? MOST_NARROWED : most)
    const near = rows.filter(({ distance }) => 1 - distance >= embedder.floor)
    return { keys: await obeying(ports, near, parsed) }
  } catch (cause) {
    return { keys: [], degraded: { message: messageOf(cause, access), cause } }
  }
}

function messageOf(cause: unknown, { actor }: Access): string {
  if (isNotUsed(cause) && isBoxAdmin(actor)) return CLOSED_BOOKS
  return cause instanceof AppError
    ? cause.message
    : 'Only words were searched: the search by meaning failed.'
}

/** Phrases and excluded words bind whatever else is found, too. */
async function obeying(
  { catalog }: Pick<Ports, 'catalog'>,
  keys: readonly ChunkKey[],
  { phrases, excluded }: ParsedQuery,
): Promise<ChunkKey[]> {
  if (phrases.length === 0 && excluded.length === 0) return [...keys]
  const chunks = await catalog.passages.get(keys)
  return chunks.filter(
    ({ text }) =>
      phrases.every((phrase) => isHeldBy(text, phrase)) &&
      !excluded.some((word) => isHeldBy(text, word)),
  )
}
