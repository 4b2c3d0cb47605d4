import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newTraceId } from '../../core/ids.ts'
import { type JobState, STEPS } from '../../core/model/job.ts'
import type { NewVersion, StepResult } from '../../core/ports/index.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { sqlCatalog } from './catalog.ts'
import { sqlJobs } from './jobs.ts'

const END: StepResult = { state: 'done', facts: {}, next: [] }
const FAILURE = { code: 'internal', reason: 'PARSER_DIED', message: 'The reader died.' }
const digestOf = (n: number) => String(n).padStart(64, '0') as Digest

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  const { jobs } = catalog
  const mine = [seed.first.chapterId]
  const act = { userId: seed.userId, traceId: newTraceId(), now: 5 }
  const arrive = async (n: number, change: Partial<NewVersion> = {}) => {
    const input = newVersion(seed, { digest: digestOf(n), sizeBytes: 1 }, { now: n, ...change })
    await commitContent(catalog.ingest, input)
    return input
  }
  const take = async () => {
    const job = await jobs.take('w', STEPS, 1_000, 10)
    if (!job) throw new Error('nothing was ready')
    return job
  }
  /** Begins and ends a replay; nothing takes any time here. */
  const replay = async () => {
    expect(await take()).toMatchObject({ replayUntil: 10 })
    expect((await jobs.replay(10)).ended).toBe(1)
  }
  const finish = async (result: StepResult = END) => jobs.finish((await take()).id, 'w', result, 10)
  const fail = async () => jobs.fail((await take()).id, 'w', FAILURE, 10)
  /** The state of the only job: as it is counted, listed by it, and read. */
  const shown = async (): Promise<JobState | undefined> => {
    const counted = Object.entries(await jobs.stats(mine)).filter(([, count]) => count > 0)
    const { items } = await jobs.list(mine, { limit: 10 })
    expect(counted).toEqual(items.map((job) => [job.state, 1]))
    const [state] = items.map((job) => job.state)
    if (state) expect((await jobs.list(mine, { limit: 10, states: [state] })).items).toEqual(items)
    return state
  }
  return { ...seed, catalog, jobs, mine, act, arrive, take, finish, replay, fail, shown }
}

it('shows one job a version, as what is done to its content at the time', async () => {
  const on = await box()
  await on.arrive(1)
  expect(await on.shown()).toBe('queued')
  const probe = await on.take()
  expect(await on.shown()).toBe('running')
  const next = [{ step: 'extract' as const, stepVersion: 1, priority: 10 }]
  await on.jobs.finish(probe.id, 'w', { ...END, next }, 10)
  expect(await on.shown()).toBe('queued')
  await on.finish()
  expect(await on.shown()).toBe('queued')
  await on.finish()
  expect(await on.shown()).toBe('done')
})

it('shows a file without text as skipped, once it is findable', async () => {
  const on = await box()
  await on.arrive(1)
  await on.finish({ ...END, state: 'skipped' })
  await on.finish()
  expect(await on.shown()).toBe('skipped')
})

it('shows a failure of the content on each of its versions, until it is retried', async () => {
  const on = await box()
  await on.arrive(1)
  await on.fail()
  await on.finish()
  expect(await on.shown()).toBe('dead')
  await on.arrive(1, { chapterId: on.second.chapterId })
  expect((await on.jobs.stats([on.second.chapterId])).queued).toBe(1)
  await on.replay()
  await on.finish()
  expect((await on.jobs.stats([on.second.chapterId])).dead).toBe(1)

  const others = async () => {
    const [job] = (await on.jobs.list([on.second.chapterId], { limit: 10 })).items
    return { ...job, updatedAt: 0 }
  }
  const before = await others()
  const news = () => on.jobs.stats('all')
  const told = await on.catalog.journal.lastEventId()
  expect(await on.jobs.retryDead(on.mine, undefined, 10)).toBe(1)
  expect(await on.shown()).toBe('queued')
  expect(await others()).toEqual(before)
  await on.finish()
  expect((await on.catalog.journal.events([on.second.chapterId], 'x', told, 50)).length).toBe(0)
  await on.replay()
  await on.finish()
  expect(await on.shown()).toBe('done')
  expect((await news()).done).toBe(2)
})

it('shows a retry that fails again to nobody but who asked for it, first or not', async () => {
  const on = await box()
  await on.arrive(1)
  await on.fail()
  await on.finish()
  await on.arrive(1, { chapterId: on.second.chapterId })
  await on.replay()
  await on.finish()
  const seenIn = async (chapterId: string) => {
    const [job] = (await on.jobs.list([chapterId], { limit: 10 })).items
    return { ...job, updatedAt: 0 }
  }
  const pairs = [
    [on.second.chapterId, on.first.chapterId],
    [on.first.chapterId, on.second.chapterId],
  ] as const
  for (const [asking = '', other = ''] of pairs) {
    const before = await seenIn(other)
    expect(before).toMatchObject({ state: 'dead', errorReason: 'PARSER_DIED', attempts: 1 })
    const told = await on.catalog.journal.lastEventId()
    expect(await on.jobs.retryDead([asking], undefined, 10)).toBe(1)
    expect(await seenIn(other)).toEqual(before)
    await on.fail()
    expect(await seenIn(other)).toEqual(before)
    await on.replay()
    await on.finish()
    expect(await seenIn(other)).toEqual(before)
    expect(await seenIn(asking)).toMatchObject({ state: 'dead', errorReason: 'PARSER_DIED' })
    expect(await on.catalog.journal.events([other], 'x', told, 50)).toEqual([])
  }
})

it('shows nothing of what lies in the trash, and follows what moves', async () => {
  const on = await box()
  const { documentId } = await on.arrive(1)
  const { library } = on.catalog
  await library.trash('all', documentId, on.act)
  expect(await on.shown()).toBeUndefined()
  expect((await on.jobs.stats('all')).queued).toBe(0)
  await library.restore('all', documentId, on.act)
  expect(await on.shown()).toBe('queued')
  await library.move('all', documentId, { chapterId: on.second.chapterId }, on.act)
  expect(await on.shown()).toBeUndefined()
  expect((await on.jobs.stats([on.second.chapterId])).queued).toBe(1)
})

it('reads counts and pages from an index, however many jobs are done', async () => {
  const on = await box()
  for (let n = 0; n < 30; n++) await on.arrive(n)
  for (const visible of ['all', on.mine] as const) {
    const plans = await plansOf(on.db, async () => {
      const jobs = sqlJobs(on.db)
      const { nextCursor = '' } = await jobs.list(visible, { limit: 10 })
      await jobs.list(visible, { limit: 10, states: ['dead', 'done'], cursor: nextCursor })
      await jobs.stats(visible)
      await jobs.oldestReadyMs(10)
    })
    for (const { text, plan } of plans) {
      expect(plan, text).not.toMatch(/SCAN (l|j|jobs|w|k|v|versions|d|documents)\b/)
    }
    const [pages, counts] = [plans[0], plans.at(-2)].map((each) => each?.plan)
    expect(pages).toMatch(
      /SEARCH jobs USING COVERING INDEX jobs_shown \(chapter_id=\? AND shown=\?/,
    )
    expect(counts).toMatch(/USING COVERING INDEX jobs_shown/)
  }
})
