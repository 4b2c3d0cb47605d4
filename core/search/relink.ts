import type { Digest } from '../digest.ts'
import type { Ports } from '../ports/index.ts'

/** Two who change the same content at once settle within two rounds; more would be a loop. */
const MOST_ROUNDS = 5

/**
 * Tells both indexes in which places a content may be found, from the catalog as it is now. To be
 * called after any change of where its pointers are. Idempotent; until it is done, answers are right
 * all the same, because every hit is checked against the catalog.
 */
export async function reindexPointers(
  { catalog, index }: Pick<Ports, 'catalog' | 'index'>,
  digest: Digest,
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const places = await catalog.passages.placesOf(digest)
    await index.setPlaces(digest, places)
    // The catalog last: its row is the mark by which upkeep sees that a crash came before it. When
    // it knows better by now, what the index was just told is old.
    if (isSame(await catalog.passages.rescope(digest), places)) return
  }
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i])
