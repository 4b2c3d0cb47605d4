import { AppError } from '../errors.ts'
import type {
  Embedder,
  Embedders,
  PictureEmbedder,
  Ports,
  Space,
  SpaceKind,
  SpaceRow,
} from '../ports/index.ts'

/** The embedders of the spaces that answer, in this process. */
export interface CurrentSpaces {
  /** One that always refuses where the model of the active space cannot be loaded. */
  readonly embedder: Embedder
  readonly pictures: PictureEmbedder | undefined
  /**
   * Looks which spaces answer now, and changes to their embedders when they are loaded: until then
   * the space before is asked, which is kept.
   */
  look(): Promise<void>
  close(): Promise<void>
}

type Stores = Pick<Ports, 'catalog' | 'clock' | 'log'>

/** A question that is on its way when the space is switched is answered in the old one. */
const FAREWELL_MS = 60_000

/**
 * Finds the active spaces, or makes some active on a box that has none, and loads their models. On a
 * catalog that is not of this version nothing is asked: the built-in model stands in.
 */
export async function openCurrent(ports: Stores, embedders: Embedders): Promise<CurrentSpaces> {
  let embedder = await openText(ports, embedders)
  let pictures = await openPictures(ports, embedders)
  const leaving = new Set<{ close(): Promise<void> }>()
  const retire = (old: { close(): Promise<void> }) => {
    leaving.add(old)
    const timer = setTimeout(async () => {
      leaving.delete(old)
      await old.close().catch((err: unknown) => ports.log.warn('A model stays loaded.', { err }))
    }, FAREWELL_MS)
    timer.unref()
  }
  let told = ''
  /** Once: it is tried again every few seconds. */
  const tell = (err: AppError) => {
    if (told !== err.message) ports.log.warn('The model of the space cannot be used.', { err })
    told = err.message
    return undefined
  }
  return {
    get embedder() {
      return embedder
    },
    get pictures() {
      return pictures
    },
    async look() {
      const text = await activeOf(ports, 'text')
      if (text && (text.id !== embedder.space.id || isMissing(embedder))) {
        const next = await orElse(embedders.open(text.model), tell)
        if (next) {
          if (!isMissing(embedder)) retire(embedder)
          embedder = next
        }
      }
      const picture = await activeOf(ports, 'picture')
      if (picture?.id !== pictures?.space.id || !picture) {
        const next = await openPictures(ports, embedders)
        if (next?.space.id !== pictures?.space.id) {
          if (pictures) retire(pictures)
          pictures = next
        }
      }
    },
    async close() {
      for (const each of [embedder, pictures, ...leaving]) await each?.close()
    },
  }
}

async function openText(ports: Stores, embedders: Embedders): Promise<Embedder> {
  const active = await activeOf(ports, 'text')
  if (active) return openRow(active, embedders)
  const wanted = await ofBefore(ports, embedders)
  const { catalog, clock } = ports
  const row = await catalog.spaces.adopt('text', wanted.space, clock.now())
  if (row.id === wanted.space.id) return wanted
  await wanted.close()
  return openRow(row, embedders)
}

/**
 * What a box without an active space begins with: the model that is preferred, unless most of what it
 * has is of the built-in one. It was upgraded, then, and what it finds stays found.
 */
async function ofBefore({ catalog }: Stores, embedders: Embedders): Promise<Embedder> {
  const preferred = await embedders.preferred('text')
  const wanted = await embedders.open(preferred?.model ?? '')
  const spaces = await catalog.spaces.list()
  const held = spaces
    .filter(({ kind, contents }) => kind === 'text' && contents > 0)
    .sort((a, b) => b.contents - a.contents)
  if (!held[0] || held[0].id === wanted.space.id) return wanted
  const builtin = await embedders.open(BUILTIN)
  if (builtin.space.id !== held[0].id) return wanted
  await wanted.close()
  return builtin
}

/** How the spaces name the model that is always there. */
const BUILTIN = 'builtin-lexical'

const openRow = (row: SpaceRow, embedders: Embedders): Promise<Embedder> =>
  orElse(embedders.open(row.model), (cause) => missing(row, cause))

async function openPictures(
  { catalog, clock, log }: Stores,
  embedders: Embedders,
): Promise<PictureEmbedder | undefined> {
  const active = await activeOf({ catalog }, 'picture')
  const model = active?.model ?? (await embedders.preferred('picture'))?.model
  if (model === undefined) return undefined
  const opened = await orElse(embedders.openPictures(model), (err) => {
    log.warn('The model for pictures cannot be used.', { model, err })
    return undefined
  })
  if (!opened || active) return opened
  await catalog.spaces.adopt('picture', opened.space, clock.now())
  return opened
}

/** Only what is said of models is expected here. */
async function orElse<T, Else>(opened: Promise<T>, otherwise: (cause: AppError) => Else) {
  try {
    return await opened
  } catch (cause) {
    if (cause instanceof AppError) return otherwise(cause)
    throw cause
  }
}

async function activeOf(
  { catalog }: Pick<Stores, 'catalog'>,
  wanted: SpaceKind,
): Promise<SpaceRow | undefined> {
  const spaces = await catalog.spaces.list()
  return spaces.find(({ kind, state }) => kind === wanted && state === 'active')
}

const refusing = new WeakSet<Embedder>()
const isMissing = (embedder: Embedder): boolean => refusing.has(embedder)

/** Stands in for a model that is gone: words still answer, and what arrives waits. */
function missing(space: Space, cause: AppError): Embedder {
  const embedder: Embedder = {
    space,
    isLexical: false,
    floor: 1,
    embed: async () => {
      throw cause
    },
    async close() {},
  }
  refusing.add(embedder)
  return embedder
}
