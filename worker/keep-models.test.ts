import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { diskModelShelf } from '../adapters/models/shelf.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import type { Actor } from '../core/model/actor.ts'
import {
  askModelRemoval,
  askModelTask,
  confirmImport,
  dropModelWork,
  getShelf,
  receiveModels,
} from '../core/models/ask.ts'
import { fingerprintOf, signerFrom } from '../core/models/signature.ts'
import type { ModelMeter, ModelWorkRow } from '../core/ports/index.ts'
import { makeTinyModel, TINY_MODELS } from '../scripts/tiny-models.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { testKeys } from '../tests/test-keys.ts'
import { keepModels } from './keep-models.ts'

const { signal } = new AbortController()
const stranger = signerFrom(new Uint8Array(32).fill(9))
const admin: Actor = {
  userId: 'u',
  username: 'admin',
  displayName: 'admin',
  orgRole: 'admin',
  scopes: ['read', 'write', 'admin'],
  traceId: 'trace',
}
/** What a machine would say. */
const meter: ModelMeter = { measure: async () => ({ memoryBytes: 1_000, perSecond: 2.5 }) }

let world: Awaited<ReturnType<typeof openWorld>>

beforeEach(async () => {
  world = await openWorld()
})

describe('work on models that administrators ask for', () => {
  it('asks about a key that nobody knows, and imports once it is confirmed', async () => {
    const { ports, bundle } = world
    const { id } = await receiveModels(ports, admin, { fileName: 'm.onefold', bytes: bundle })
    const asks = await world.until(id, 'asks')
    const fingerprint = fingerprintOf(stranger.publicKey)
    expect(asks).toMatchObject({ reason: 'UNKNOWN_KEY', result: { fingerprint } })
    expect(await ports.models.find('embedding')).toBeUndefined()
    await expect(confirmImport(ports, admin, { id, trust: 'no' })).rejects.toMatchObject({
      reason: 'BAD_FINGERPRINT',
    })
    await confirmImport(ports, admin, { id, trust: fingerprint })
    await world.until(id, 'done')
    expect((await ports.models.find('embedding'))?.name).toBe(TINY_MODELS.embedding)
    await expect.poll(world.incoming, { timeout: 20_000 }).toEqual([])
    const { items } = await ports.catalog.journal.auditPage(10)
    expect(items[0]).toMatchObject({
      action: 'model.import',
      subject: `model:${TINY_MODELS.embedding}`,
      traceId: 'trace',
    })
  })

  it('forgets a file that is not wanted after all', async () => {
    const { ports, bundle } = world
    const { id } = await receiveModels(ports, admin, { fileName: 'm', bytes: bundle })
    await world.until(id, 'asks')
    await dropModelWork(ports, admin, id)
    await expect.poll(world.incoming, { timeout: 20_000 }).toEqual([])
    expect(await ports.catalog.modelWork.list()).toEqual([])
  })

  it('drops files that nobody asked about, but none that arrives or waits for an answer', async () => {
    const { ports, bundle } = world
    const { id } = await receiveModels(ports, admin, { fileName: 'm', bytes: bundle })
    const { input } = await world.until(id, 'asks')
    const longAgo = new Date(Date.now() - 2 * 60 * 60_000)
    await utimes(String(input.file), longAgo, longAgo)
    for (const name of ['lost', 'arriving']) {
      await writeFile(join(ports.models.dir, '.incoming', name), 'half of')
    }
    await utimes(join(ports.models.dir, '.incoming', 'lost'), longAgo, longAgo)
    world.startAgain()
    const left = [String(input.received), 'arriving'].toSorted()
    await expect.poll(world.incoming, { timeout: 20_000 }).toEqual(left)
  })

  it('says what is wrong with a file that is none', async () => {
    const { ports } = world
    const bytes = chunks(Buffer.from('a picture, perhaps'))
    const { id } = await receiveModels(ports, admin, { fileName: 'm', bytes })
    expect(await world.until(id, 'failed')).toMatchObject({ reason: 'NO_BUNDLE' })
    await expect.poll(world.incoming, { timeout: 20_000 }).toEqual([])
  })

  it('measures, verifies and removes, and forgets the figures with the model', async () => {
    const { ports } = world
    const name = await makeTinyModel('embedding', ports.models.dir)
    const measure = await askModelTask(ports, admin, { task: 'measure', name })
    await world.until(measure.id, 'done')
    const shown = await getShelf(ports, admin)
    expect(shown.items[0]).toMatchObject({ name, inUse: true, measured: { perSecond: 2.5 } })
    expect(shown.missing.map(({ kind }) => kind)).toEqual(['speech', 'image'])
    const verify = await askModelTask(ports, admin, { task: 'verify', name })
    expect(await world.until(verify.id, 'failed')).toMatchObject({ reason: 'MODEL_UNVERIFIED' })
    const removal = askModelRemoval(ports, admin, { name, force: false })
    await expect(removal).rejects.toMatchObject({ reason: 'MODEL_IN_USE' })
    const forced = await askModelRemoval(ports, admin, { name, force: true })
    await world.until(forced.id, 'done')
    expect(await ports.models.find('embedding')).toBeUndefined()
    expect((await ports.catalog.modelWork.list()).map(({ task }) => task)).not.toContain('measure')
    await expect(
      askModelRemoval(ports, admin, { name: 'tesseract/eng', force: true }),
    ).rejects.toMatchObject({ reason: 'MODEL_BUILTIN' })
  })

  it('does not go on with what a command began and left: says so, and tidies up after it', async () => {
    const { catalog, clock, models } = world.ports
    await makeTinyModel('embedding', join(models.dir, '.shelving'))
    const holder = { worker: 'gone', until: clock.now() - 1 }
    const wish = { task: 'add', subject: 'org/name', input: { byCommand: true } } as const
    const row = await catalog.modelWork.begin(wish, { traceId: 't', now: clock.now() }, holder)
    expect(await world.until(row?.id ?? '', 'failed')).toMatchObject({ reason: 'INTERRUPTED' })
    expect((await models.find('embedding'))?.name).toBe(TINY_MODELS.embedding)
  })
})

/** A worker on a real shelf, and a file that another box has signed. */
async function openWorld() {
  const root = await temporaryFolder()
  const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
  await catalog.migrate()
  const models = diskModelShelf(join(root, 'models'), () => 0)
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
  const ports = { catalog, models, keys: testKeys, clock: systemClock, log: log as never }
  const stop = new AbortController()
  const start = () => keepModels(ports, { worker: 'w', meter, signal: stop.signal })
  const keeping = [start()]
  onTestFinished(async () => {
    stop.abort()
    await Promise.all(keeping)
    await catalog.close()
  })
  return {
    ports,
    startAgain: () => void keeping.push(start()),
    bundle: chunks(await bundleOf(root)),
    incoming: async () => (await readdir(join(models.dir, '.incoming'))).toSorted(),
    until: async (id: string, state: ModelWorkRow['state']): Promise<ModelWorkRow> => {
      for (;;) {
        const row = (await catalog.modelWork.list()).find((each) => each.id === id)
        if (row?.state === state) return row
        await systemClock.sleep(20, signal)
      }
    },
  }
}

async function bundleOf(root: string): Promise<Buffer> {
  const shelf = diskModelShelf(join(root, 'upstream'), () => 0)
  await makeTinyModel('embedding', shelf.dir)
  const found = await shelf.find('embedding')
  if (found) await shelf.adopt(found, 'MIT', { signal })
  const whole = (await shelf.list()).filter(({ state }) => state === 'whole')
  await shelf.carrier.pack(whole, join(root, 'bundle'), { signer: stranger, signal })
  return readFile(join(root, 'bundle'))
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
