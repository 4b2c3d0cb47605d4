import type { Model, ModelFigures, ModelKind, ModelWorkRow, Ports } from '../ports/index.ts'
import { modelsInUse } from './in-use.ts'
import { checksumOf } from './manifest.ts'
import { fingerprintOf } from './signature.ts'

/** A model with what is known of it on this box. */
export interface ShelfModel extends Model {
  inUse: boolean
  measured?: ModelFigures & { at: number }
  /** The last time all of it was read: the files that were wrong. */
  verified?: { at: number; wrong: string[] }
}

/** All that administrators are shown of models. */
export interface Shelf {
  items: ShelfModel[]
  /** Kinds of which the box has none, with the command that adds one. */
  missing: { kind: ModelKind; command: string }[]
  /** Newest first. */
  work: ModelWorkRow[]
  /** Of this box's own key. */
  fingerprint: string
  trustedKeys: string[]
}

/** Models that are known to work, small enough for two cores; any other of the layout is as good. */
const SUGGESTED: Readonly<Record<Exclude<ModelKind, 'ocr'>, string>> = {
  embedding: 'Xenova/multilingual-e5-small',
  speech: 'onnx-community/whisper-base',
  image: 'Xenova/clip-vit-base-patch32',
}

/** What is on the shelf, what is missing, and what is being done. */
export async function describeShelf({
  models,
  catalog,
  keys,
}: Pick<Ports, 'models' | 'catalog' | 'keys'>): Promise<Shelf> {
  const [all, work, inUse] = await Promise.all([
    models.list(),
    catalog.modelWork.list(),
    modelsInUse({ models, catalog }),
  ])
  const kinds = Object.keys(SUGGESTED) as (keyof typeof SUGGESTED)[]
  return {
    items: all.map((model) => ({
      ...model,
      inUse: inUse.has(model.name),
      ...measuredOf(model, work),
      ...verifiedOf(model, work),
    })),
    missing: kinds
      .filter((kind) => !all.some((model) => model.kind === kind && model.state !== 'broken'))
      .map((kind) => ({ kind, command: `onefold models add ${SUGGESTED[kind]}` })),
    work,
    fingerprint: fingerprintOf(keys.signer.publicKey),
    trustedKeys: await models.carrier.trustedKeys(),
  }
}

/** What a model says of itself, or is known of a built-in one. */
export function originOf({ manifest, builtin }: Pick<Model, 'manifest' | 'builtin'>): {
  licence: string | null
  revision: string | null
  source: string | null
  /** SHA-256 as hex, of its one file, or else of the list of its files as `sha256sum` writes it. */
  checksum: string | null
} {
  return {
    licence: manifest?.licence ?? builtin?.licence ?? null,
    revision: manifest?.revision ?? null,
    source: manifest?.source ?? builtin?.source ?? null,
    checksum: manifest ? checksumOf(manifest) : (builtin?.sha256 ?? null),
  }
}

function measuredOf({ name }: Model, work: readonly ModelWorkRow[]): Pick<ShelfModel, 'measured'> {
  const row = work.find(
    ({ task, subject, state }) => task === 'measure' && subject === name && state === 'done',
  )
  if (!row?.result) return {}
  const { memoryBytes, perSecond } = row.result as unknown as ModelFigures
  return { measured: { memoryBytes, perSecond, at: row.updatedAt } }
}

/** By the newest look that included it. */
function verifiedOf({ name }: Model, work: readonly ModelWorkRow[]): Pick<ShelfModel, 'verified'> {
  const rows = work.filter(({ task, state }) => task === 'verify' && state === 'done')
  for (const { result, updatedAt } of rows) {
    const { checked = [], wrong = {} } = (result ?? {}) as {
      checked?: string[]
      wrong?: Record<string, string[]>
    }
    if (checked.includes(name)) return { verified: { at: updatedAt, wrong: wrong[name] ?? [] } }
  }
  return {}
}
