import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { AppError, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Actor } from '../model/actor.ts'
import type { ModelTask, ModelWorkRow, Ports } from '../ports/index.ts'
import { describeShelf, type Shelf } from './describe.ts'
import { requireUnused } from './in-use.ts'
import { isFingerprint } from './signature.ts'
import { modelNamed, requireRemovable } from './tasks.ts'

type AskPorts = Pick<Ports, 'catalog' | 'clock' | 'models' | 'keys'>

/** @throws AppError `forbidden` for all but administrators */
export async function getShelf(ports: AskPorts, actor: Actor): Promise<Shelf> {
  requireOrgAdmin(actor)
  return describeShelf(ports)
}

/**
 * Has the worker verify or measure a model, or verify all.
 *
 * @throws AppError `forbidden`, `not_found`
 */
export async function askModelTask(
  ports: AskPorts,
  actor: Actor,
  { task, name }: { task: 'verify' | 'measure'; name?: string },
): Promise<ModelWorkRow> {
  requireOrgAdmin(actor)
  const subject = name === undefined ? '' : (await modelNamed(ports, name)).name
  return ask(ports, actor, { task, subject })
}

/** @throws AppError `forbidden`, `not_found`, `conflict` (reasons `MODEL_IN_USE`, `MODEL_BUILTIN`) */
export async function askModelRemoval(
  ports: AskPorts,
  actor: Actor,
  { name, force }: { name: string; force: boolean },
): Promise<ModelWorkRow> {
  requireOrgAdmin(actor)
  const model = await modelNamed(ports, name)
  requireRemovable(model)
  // Told at once where it can be; what holds when its turn comes decides.
  if (!force) await requireUnused(ports, model)
  return ask(ports, actor, { task: 'remove', subject: name, input: { force } })
}

/**
 * Takes in a signed file as it arrives, and has the worker look at it. Nothing of it is used before
 * all of it was checked.
 *
 * @param fileName what its sender calls it
 * @throws AppError `forbidden`, `storage_full` (reason `NO_ROOM_FOR_MODELS`); nothing is kept
 */
export async function receiveModels(
  ports: AskPorts,
  actor: Actor,
  { fileName, bytes }: { fileName: string; bytes: AsyncIterable<Uint8Array> },
): Promise<ModelWorkRow> {
  requireOrgAdmin(actor)
  const received = newId()
  const room = await ports.models.room()
  const file = await ports.models.carrier.receive(received, atMost(bytes, room))
  const input = { file, received }
  return ask(ports, actor, { task: 'import', subject: fileName, input })
}

async function* atMost(bytes: AsyncIterable<Uint8Array>, room: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.byteLength
    if (size > room) {
      throw new AppError(
        'storage_full',
        'There is no room for this file on the disk of the models.',
        {
          reason: 'NO_ROOM_FOR_MODELS',
        },
      )
    }
    yield chunk
  }
}

/**
 * Answers what an import asks: that its key is trusted this once, or that an older state is wanted.
 *
 * @throws AppError `forbidden`, `bad_request` (reason `BAD_FINGERPRINT`), `not_found` when nothing asks
 */
export async function confirmImport(
  { catalog, clock }: AskPorts,
  actor: Actor,
  { id, trust, allowOlder }: { id: string; trust?: string; allowOlder?: boolean },
): Promise<void> {
  requireOrgAdmin(actor)
  if (trust !== undefined && !isFingerprint(trust)) {
    throw new AppError('bad_request', 'This is no fingerprint: SHA256: and 43 characters.', {
      reason: 'BAD_FINGERPRINT',
    })
  }
  const answer = { ...(trust && { trust }), ...(allowOlder && { allowOlder }) }
  if (!(await catalog.modelWork.answer(id, answer, clock.now()))) throw notFound()
}

/** Forgets work that does not run, and the file that it waits with. @throws AppError `not_found` */
export async function dropModelWork(
  { catalog, models }: AskPorts,
  actor: Actor,
  id: string,
): Promise<void> {
  requireOrgAdmin(actor)
  const row = await catalog.modelWork.drop(id)
  if (!row) throw notFound()
  if (typeof row.input.received === 'string') await models.carrier.discard(row.input.received)
}

const ask = (
  ports: AskPorts,
  actor: Actor,
  { task, subject, input = {} }: { task: ModelTask; subject: string; input?: object },
): Promise<ModelWorkRow> =>
  ports.catalog.modelWork.ask({ task, subject, input: { ...input } }, actBy(ports, actor))
