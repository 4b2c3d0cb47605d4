import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import type { Why } from '../model/hit.ts'
import type { ChunkKey, Pointer, PointerFilter, Ports } from '../ports/index.ts'
import { findMeaning, type Meaning } from './find-meaning.ts'
import { findPictures, type Pictures } from './find-pictures.ts'
import { fuse } from './fuse.ts'
import type { ParsedQuery } from './parse-query.ts'
import { rankAlike } from './rank-alike.ts'

/** A chunk that was found, and by what. */
export interface FoundPassage {
  ordinal: number
  why: Why[]
}

/** A document of the caller's that was found: by passages of its content, its name, or both. */
export interface FoundDocument {
  pointer: Pointer
  /** Best first. */
  passages: FoundPassage[]
  isNamed: boolean
  /** It is a picture that shows what was asked for. */
  isPictured: boolean
  /** Whether a document before it has the same content. */
  isCopy: boolean
}

const MOST_PASSAGES = 300
const MOST_NAMES = 100
const MOST_DOCUMENTS = 500
/** So many found by words are compared by their spelling, too; reading one costs about 15 µs. */
const MOST_ALIKE = 100
/** Words compared one by one lead: see `npm run bench:search-quality`, where 1 and 2 lose to 4. */
const ALIKE_WEIGHT = 4

/** A picture shows many things, and its vector knows them less well than words are known. */
const PICTURE_WEIGHT = 0.6

interface Wish {
  parsed: ParsedQuery
  filter: PointerFilter
  sort: 'best' | 'exact' | 'newest'
}

/**
 * All documents that the query finds, best first, those of one content together. Every one passed the
 * exact check.
 */
export async function findDocuments(
  ports: Pick<Ports, 'catalog' | 'index' | 'embedder' | 'clock'> & Partial<Pick<Ports, 'pictures'>>,
  access: Access,
  { parsed, filter, sort }: Wish,
): Promise<{ documents: FoundDocument[]; degraded?: Meaning['degraded'] }> {
  const { passages } = ports.catalog
  const { visible } = access
  const [words, names, meaning, pictures] = await Promise.all([
    passages.words({ ...parsed, exact: sort === 'exact' }, visible, filter, MOST_PASSAGES),
    passages.names({ ...parsed, exact: sort === 'exact' }, visible, filter, MOST_NAMES),
    sort === 'exact' ? { keys: [] } : findMeaning(ports, access, { parsed, filter }),
    sort === 'exact' ? { digests: [] } : findPictures(ports, access, { parsed, filter }),
  ])
  // By date, a faint likeness from yesterday would stand above the very words of last year.
  const isByDate = sort === 'newest' && words.length + names.length > 0
  const nearby = isByDate ? [] : meaning.keys
  const shown = isByDate ? [] : pictures.digests
  const alike = await alikeOf(ports, parsed.meaning, { words, near: nearby })
  const near = alike ? among(alike, nearby) : nearby
  const digests = [...new Set(contentsOf([...words, ...near]))]
  const [byContent, byName, byLook] = await Promise.all([
    passages.pointers(digests, visible, filter),
    passages.pointersOf(names, visible, filter),
    // A file is linked before its look is known.
    shown.length > 0 ? passages.pointers(shown, visible, filter, 'picture') : [],
  ])
  const pointers = ownPointers(names, byName, [...byContent, ...byLook])
  const named = new Set(byName.map(({ documentId }) => documentId))
  const pictured = new Set(byLook.map(({ documentId }) => documentId))
  const seen = new Set(byLook.map(({ digest }) => digest))
  const order = fuse<Digest>([
    { keys: contentsOf(words), weight: 1 },
    { keys: inOrder(names, byName).map(({ digest }) => digest), weight: 1 },
    { keys: contentsOf(alike ?? near), weight: alike ? ALIKE_WEIGHT : 1 },
    { keys: shown.filter((digest) => seen.has(digest)), weight: PICTURE_WEIGHT },
  ])
  const places = passagesOf(words, near)
  const documents = [...order.keys()].flatMap((digest) =>
    (pointers.get(digest) ?? []).map(
      (pointer, i): FoundDocument => ({
        pointer,
        passages: places.get(digest) ?? [],
        isNamed: named.has(pointer.documentId),
        isPictured: pictured.has(pointer.documentId),
        isCopy: i > 0,
      }),
    ),
  )
  if (sort === 'newest') documents.sort((a, b) => b.pointer.updatedAt - a.pointer.updatedAt)
  return {
    documents: documents.slice(0, MOST_DOCUMENTS),
    ...degradedOf(meaning, pictures),
  }
}

/**
 * All that was found, in the order of how much of the query is in it, spelt alike: for an embedder that
 * knows spelling only. Undefined for others, whose order is worth more.
 */
async function alikeOf(
  { catalog, embedder }: Pick<Ports, 'catalog' | 'embedder'>,
  query: string,
  { words, near }: { words: readonly ChunkKey[]; near: readonly ChunkKey[] },
): Promise<ChunkKey[] | undefined> {
  if (!embedder.isLexical) return undefined
  const keys = new Map([...words.slice(0, MOST_ALIKE), ...near].map((key) => [nameOf(key), key]))
  return rankAlike(await catalog.passages.get([...keys.values()]), query)
}

const degradedOf = (meaning: Meaning, pictures: Pictures): Pick<Meaning, 'degraded'> => {
  const degraded = meaning.degraded ?? pictures.degraded
  return degraded ? { degraded } : {}
}

const nameOf = ({ digest, ordinal }: ChunkKey): string => `${digest}:${ordinal}`

/** Those of `keys` that are in `others`. */
function among(keys: readonly ChunkKey[], others: readonly ChunkKey[]): ChunkKey[] {
  const known = new Set(others.map(nameOf))
  return keys.filter((key) => known.has(nameOf(key)))
}

const contentsOf = (keys: readonly ChunkKey[]): Digest[] => keys.map(({ digest }) => digest)

const inOrder = (ids: readonly string[], pointers: readonly Pointer[]): Pointer[] =>
  ids.flatMap((id) => pointers.find(({ documentId }) => documentId === id) ?? [])

/** The caller's documents of each content: those whose name was found first, then the newest. */
function ownPointers(
  names: readonly string[],
  byName: readonly Pointer[],
  byContent: readonly Pointer[],
): Map<Digest, Pointer[]> {
  const own = new Map<string, Pointer>()
  for (const pointer of [...inOrder(names, byName), ...byContent]) {
    if (!own.has(pointer.documentId)) own.set(pointer.documentId, pointer)
  }
  return Map.groupBy(own.values(), ({ digest }) => digest)
}

/** Found chunks of each content: those by words first, each with all that found it. */
function passagesOf(
  words: readonly ChunkKey[],
  near: readonly ChunkKey[],
): Map<Digest, FoundPassage[]> {
  const found = new Map<Digest, FoundPassage[]>()
  const add = (keys: readonly ChunkKey[], why: Why) => {
    for (const { digest, ordinal } of keys) {
      const passages = found.get(digest) ?? []
      found.set(digest, passages)
      const known = passages.find((passage) => passage.ordinal === ordinal)
      if (known) known.why.push(why)
      else passages.push({ ordinal, why: [why] })
    }
  }
  add(words, 'words')
  add(near, 'meaning')
  return found
}
