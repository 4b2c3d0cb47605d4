import { AppError } from '../errors.ts'
import type { LongWork, Model, ModelMeter, ModelWorkRow, Ports } from '../ports/index.ts'
import { type ImportWish, importModels } from './import-models.ts'
import { requireUnused } from './in-use.ts'
import { sizeOf } from './manifest.ts'
import type { WorkOutcome } from './work.ts'

type ShelfPorts = Pick<Ports, 'models' | 'keys' | 'catalog'>

/** @throws AppError `not_found` */
export async function modelNamed({ models }: Pick<Ports, 'models'>, name: string): Promise<Model> {
  const found = (await models.list()).find((model) => model.name === name)
  if (found) return found
  throw new AppError('not_found', `There is no model "${name}" here.`)
}

export async function importTask(
  ports: ShelfPorts,
  wish: ImportWish,
  work: LongWork,
): Promise<WorkOutcome> {
  const manifests = await importModels(ports, wish, work)
  return {
    result: { models: manifests.map(({ name }) => name) },
    changed: manifests.map(({ name }) => name),
    audit: manifests.map((manifest) => ({
      action: 'model.import',
      name: manifest.name,
      detail: { kind: manifest.kind, licence: manifest.licence, sizeBytes: sizeOf(manifest) },
    })),
  }
}

/** @throws AppError `conflict` (reason `MODEL_BUILTIN`) */
export function requireRemovable({ name, state }: Model): void {
  if (state !== 'builtin') return
  throw new AppError('conflict', `${name} came with the product or the system.`, {
    reason: 'MODEL_BUILTIN',
  })
}

/** @throws AppError `conflict` (reason `MODEL_IN_USE`), unless `force` */
export async function removeTask(
  ports: Pick<Ports, 'models' | 'catalog'>,
  { name, force }: { name: string; force: boolean },
): Promise<WorkOutcome> {
  const model = await modelNamed(ports, name)
  requireRemovable(model)
  if (!force) await requireUnused(ports, model)
  await ports.models.recover()
  await ports.models.remove(name)
  return { changed: [name], audit: [{ action: 'model.remove', name, detail: { force } }] }
}

/** Without a name, all models that have a manifest. */
export async function verifyTask(
  ports: Pick<Ports, 'models'>,
  name: string | undefined,
  { signal, onProgress }: LongWork,
): Promise<WorkOutcome & { result: Verified }> {
  const all = name === undefined ? await ports.models.list() : [await modelNamed(ports, name)]
  const models = all.filter(({ manifest }) => manifest)
  if (name !== undefined && models.length === 0) {
    throw new AppError(
      'conflict',
      `${name} has no list of checksums to verify it by: nobody says what it should be.`,
      { reason: 'MODEL_UNVERIFIED' },
    )
  }
  const total = models.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const wrong: Record<string, string[]> = {}
  let before = 0
  for (const model of models) {
    const paths = await ports.models.verify(model, {
      signal,
      onProgress: (done) => onProgress?.(before + done, total),
    })
    before += model.sizeBytes
    if (paths.length > 0) wrong[model.name] = paths
  }
  return { result: { checked: models.map((each) => each.name), wrong } }
}

/** A type alias, as it is written into a row of anything. */
type Verified = {
  checked: string[]
  /** Files that are missing or others, by model. */
  wrong: Record<string, string[]>
}

export async function measureTask(
  ports: Pick<Ports, 'models'>,
  { name, meter }: { name: string; meter: ModelMeter },
  { signal }: LongWork,
): Promise<WorkOutcome> {
  const figures = await meter.measure(await modelNamed(ports, name), signal)
  return { result: { ...figures } }
}

/** What the row of a piece of work asks for, as far as a process that only has the row can do it. */
export function taskOf(
  ports: ShelfPorts,
  row: ModelWorkRow,
  meter: ModelMeter,
): ((work: LongWork) => Promise<WorkOutcome>) | undefined {
  const { input, subject } = row
  // What a command does, it does itself: its file may be one that only it can read.
  if (input.byCommand === true) return undefined
  switch (row.task) {
    case 'import':
      return (work) => importTask(ports, input as unknown as ImportWish, work)
    case 'remove':
      return () => removeTask(ports, { name: subject, force: input.force === true })
    case 'verify':
      return (work) => verifyTask(ports, subject === '' ? undefined : subject, work)
    case 'measure':
      return (work) => measureTask(ports, { name: subject, meter }, work)
    case 'add':
    case 'export':
      return undefined
  }
}
