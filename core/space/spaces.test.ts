import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { embeddersOf } from '../../config/embedders.ts'
import { loadConfig } from '../../config/load.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { quickSteps } from '../../tests/quick-steps.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { understandingBox } from '../../tests/understanding-box.ts'
import { openCurrent } from './current.ts'
import { completeActive, type Filling, fillSpaces } from './fill.ts'
import { proposeSpace } from './propose.ts'

// Each file goes through the whole queue, with all its syncs: on a busy disk that takes a while.
vi.setConfig({ testTimeout: 120_000 })

/** A box that began without a model, and a models folder that has one by now. */
async function boxWithModels() {
  const box = await understandingBox()
  const dir = join(await temporaryFolder(), 'models')
  const model = await makeTinyModel('embedding', dir)
  const find = async (kind: string) =>
    kind === 'embedding' ? ({ name: model } as Found) : undefined
  const embedders = embeddersOf({ ...loadConfig({}), models: { dir } }, { find })
  const { catalog } = box.ports
  const spaces = await openCurrent(box.ports, embedders)
  const ports = {
    ...box.ports,
    embedders,
    get embedder() {
      return spaces.embedder
    },
  }
  const { signal } = new AbortController()
  const filling: Filling = {
    signal,
    tries: new Map(),
    cleared: new Set(),
    breathe: async () => undefined,
  }
  const states = async () =>
    (await catalog.spaces.list()).map(({ model: name, state, contents }) => [name, state, contents])
  const fill = (changed: Partial<Filling> = {}) => fillSpaces(ports, { ...filling, ...changed })
  const work = () => box.work({ embedder: spaces.embedder }, quickSteps)
  return { ...box, ports, model, spaces, states, fill, filling, work }
}

type Found = Awaited<ReturnType<Parameters<typeof embeddersOf>[1]['find']>>
type Box = Awaited<ReturnType<typeof boxWithModels>>

const TEXTS = ['the annual budget\n', 'a lighthouse keeper\n', 'bridges over the river\n']

async function storeAll({ store, work }: Box, chapterId: string) {
  for (const [i, text] of TEXTS.entries()) await store(chapterId, `${i}.txt`, text)
  await work()
}

const near = async ({ ports }: Box, text: string, placeId: string) => {
  const { embedder, index } = ports
  const [vector = new Float32Array()] = await embedder.embed([text], 'query')
  return index.of(embedder.space).query(vector, [placeId], 9)
}

it('builds the space of a new model beside the one that answers, and switches when it is whole', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  await storeAll(on, chapterId)
  await proposeSpace(on.ports)
  expect(await on.states()).toEqual([
    ['builtin-lexical', 'active', 3],
    [on.model, 'building', 0],
  ])
  // Killed after one content: the others are left, and the old space answers.
  const killed = new AbortController()
  await on.fill({ signal: killed.signal, breathe: async () => killed.abort() })
  expect((await on.states())[1]).toEqual([on.model, 'building', 1])
  await on.spaces.look()
  expect(on.spaces.embedder.space.model).toBe('builtin-lexical')
  expect(await on.found('lighthouse')).toMatchObject([{ name: '1.txt' }])

  // What arrives meanwhile is embedded in both.
  await on.store(chapterId, 'new.txt', 'an harbour office')
  await on.work()
  expect(await on.fill()).toBe(3)
  expect(await on.fill()).toBe(0)
  expect(await on.states()).toEqual([
    ['builtin-lexical', 'old', 4],
    [on.model, 'active', 4],
  ])
  expect(on.spaces.embedder.space.model).toBe('builtin-lexical')
  await on.spaces.look()
  expect(on.spaces.embedder.space.model).toBe(on.model)
  expect(await near(on, 'harbour', chapterId)).toHaveLength(4)
  expect(await on.ports.index.of(on.ports.embedder.space).count()).toBe(4)
  // What it was switched to is not built a second time by itself.
  await proposeSpace(on.ports)
  expect((await on.states()).map(([, state]) => state)).toEqual(['old', 'active'])
})

it('honours what is deleted, moved and read again while a space is built', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  const other = await on.chapter('Others')
  await storeAll(on, chapterId)
  const { catalog, index } = on.ports
  await proposeSpace(on.ports)
  await on.fill({ breathe: async () => undefined })
  const built = (await catalog.spaces.list()).find(({ model }) => model === on.model)
  if (!built) throw new Error('nothing is built')
  const access = await on.access()
  const { items } = await catalog.library.list('all', { chapterId, limit: 9 } as never)
  const [first, second] = items
  if (!first || !second) throw new Error('nothing was stored')
  const { moveDocument } = await import('../library/move-document.ts')
  await moveDocument(on.ports, access, { id: first.id, chapterId: other.chapterId })
  const vector = new Float32Array(built.dimension).fill(0.1)
  const found = (place: string) => index.of(built).query(vector, [place], 9)
  expect((await found(other.chapterId)).map(({ digest }) => digest)).toEqual([first.version.digest])
  // Read again, its vectors are made again in every space.
  await catalog.passages.replace(second.version.digest, [
    { ordinal: 0, text: 'other words', locator: {} },
    { ordinal: 1, text: 'and more', locator: {} },
  ])
  expect((await on.states())[1]).toEqual([on.model, 'building', 2])
  await on.fill()
  const rows = await found(chapterId)
  expect(rows.filter(({ digest }) => digest === second.version.digest)).toHaveLength(2)
})

it('keeps nothing that was embedded of a text that changed meanwhile', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  const { version } = await on.store(chapterId, 'a.txt', 'the annual budget')
  await on.work()
  const { catalog } = on.ports
  const space = on.ports.embedder.space.id
  const claim = await catalog.spaces.begin(space, version.digest)
  await catalog.passages.replace(version.digest, [{ ordinal: 0, text: 'new', locator: {} }])
  expect(await catalog.spaces.keep(claim, { rows: 1 })).toBe(false)
  const before = await catalog.spaces.begin(space, version.digest)
  await catalog.spaces.begin(space, version.digest)
  expect(await catalog.spaces.keep(before, { rows: 1 })).toBe(false)
})

it('gives up on what cannot be embedded, and switches all the same', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  await storeAll(on, chapterId)
  await proposeSpace(on.ports)
  const open = on.ports.embedders.open
  on.ports.embedders.open = async (model) => {
    const embedder = await open(model)
    return {
      ...embedder,
      async embed(texts, purpose) {
        if (texts.join().includes('lighthouse')) throw new Error('this text breaks the model')
        return embedder.embed(texts, purpose)
      },
    }
  }
  for (let round = 0; round < 4; round++) await on.fill()
  const [, built] = await on.ports.catalog.spaces.list()
  expect(built).toMatchObject({ state: 'active', contents: 2, failed: 1 })
})

it('goes back to a space of before, dropped ones excepted, and fills it up first', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  await storeAll(on, chapterId)
  await proposeSpace(on.ports)
  await on.fill()
  await on.fill()
  await on.spaces.look()
  const { catalog, clock } = on.ports
  const [builtin, tiny] = await catalog.spaces.list()
  if (!builtin || !tiny) throw new Error('there should be two')
  const by = { now: clock.now(), traceId: 't' }
  await expect(catalog.spaces.drop(tiny.id, by)).rejects.toMatchObject({ reason: 'SPACE_IN_USE' })
  await catalog.spaces.activate(builtin.id, clock.now(), by)
  await on.spaces.look()
  expect(on.spaces.embedder.space.id).toBe(builtin.id)
  await catalog.spaces.drop(tiny.id, by)
  await on.fill()
  expect(await on.states()).toEqual([
    ['builtin-lexical', 'active', 3],
    [on.model, 'dropped', 0],
  ])
  expect(await on.ports.index.of(tiny).count()).toBe(0)
  await expect(catalog.spaces.activate(tiny.id, clock.now(), by)).rejects.toMatchObject({
    reason: 'SPACE_DROPPED',
  })
  await proposeSpace(on.ports)
  expect((await on.states())[1]?.[1]).toBe('dropped')
})

it('embeds again what arrived in the space before, just when it was switched', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  await storeAll(on, chapterId)
  await proposeSpace(on.ports)
  await on.fill()
  await on.fill()
  // This worker has not noticed yet.
  await on.store(chapterId, 'late.txt', 'an harbour office')
  await on.work()
  expect(await completeActive(on.ports, on.filling.signal)).toBe(0)
  await on.spaces.look()
  expect(await completeActive(on.ports, on.filling.signal)).toBe(1)
  expect(await completeActive(on.ports, on.filling.signal)).toBe(0)
  await on.work()
  expect((await on.states())[1]).toEqual([on.model, 'active', 4])
})

it('answers by words while the model of the active space is gone, and takes it back', async () => {
  const on = await boxWithModels()
  const { chapterId } = await on.chapter('Plans')
  await storeAll(on, chapterId)
  const { catalog } = on.ports
  const gone = { id: 'gone_4_mean', model: 'no/such', dimension: 4, pooling: 'mean' as const }
  await catalog.spaces.build('text', gone, 0)
  await catalog.spaces.activate(gone.id, 0)
  const spaces = await openCurrent(on.ports, on.ports.embedders)
  expect(spaces.embedder.space.id).toBe(gone.id)
  await expect(spaces.embedder.embed(['x'])).rejects.toMatchObject({ reason: 'NO_MODEL' })
  await spaces.close()
})
