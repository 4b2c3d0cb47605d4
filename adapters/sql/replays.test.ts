import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { STEPS, type Step } from '../../core/model/job.ts'
import { FIRST_STEP } from '../../core/pipeline/order.ts'
import type { StepResult } from '../../core/ports/index.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'

const DIGEST = 'c'.repeat(64) as Digest
const LEASE_MS = 60_000
const then = (...steps: Step[]): StepResult => ({
  state: 'done',
  facts: {},
  next: steps.map((step) => ({ step, stepVersion: 1, priority: 10 })),
})

/** A content that comes to two chapters, and the hands of a worker. */
async function box() {
  const on = await seededCatalog()
  const { jobs, derivations } = on.catalog
  const arrive = async (chapterId: string, now: number) => {
    const input = newVersion(on, { digest: DIGEST, sizeBytes: 1 }, { chapterId, now })
    await commitContent(on.catalog.ingest, input)
    return input
  }
  const take = async (now: number) => {
    const job = await jobs.take('w', STEPS, LEASE_MS, now)
    if (!job) throw new Error('nothing was ready')
    return job
  }
  const run = async (from: number, to: number, result: StepResult) => {
    const job = await take(from)
    expect(job.replayUntil).toBeUndefined()
    await jobs.finish(job.id, 'w', result, to)
    return job
  }
  const shown = async (versionId: string) =>
    (await derivations.shown(versionId)).map(({ step, state }) => `${step} ${state}`)
  return { ...on, jobs, arrive, take, run, shown }
}

it('tells nothing of a known content before its replay has come to it', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.run(0, 30, then('extract'))
  await on.run(30, 130, then())
  await on.run(130, 130, then())
  const twin = await on.arrive(on.second.chapterId, 1_000)
  expect(await on.shown(twin.versionId)).toEqual(['probe waiting'])
  await on.take(1_000)
  expect(await on.shown(twin.versionId)).toEqual(['probe working'])
  await on.jobs.replay(1_030)
  expect(await on.shown(twin.versionId)).toEqual(['probe done', 'extract waiting'])
  expect(await on.jobs.takeReplay(STEPS, 1_040, 1)).toBe(true)
  expect(await on.jobs.replay(1_139)).toEqual({ ended: 0, nextAt: 1_140 })
  await on.jobs.replay(1_140)
  const [, extract] = await on.catalog.derivations.shown(twin.versionId)
  expect(extract).toMatchObject({ state: 'done', durationMs: 100, finishedAt: 1_140 })
  expect(await on.take(1_140)).toMatchObject({ step: 'link', versionId: twin.versionId })
})

it('replays tries that failed, what was said of them, and how far they were', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  const first = await on.take(0)
  await on.jobs.heartbeat(first.id, 'w', 0.5, LEASE_MS, 20)
  const failure = { code: 'internal', reason: 'PARSER_DIED', message: 'The reader died.' }
  await on.jobs.fail(first.id, 'w', { ...failure, retryAt: 550 }, 50)
  await on.take(550)
  await on.jobs.fail(first.id, 'w', failure, 560)
  await on.run(600, 600, then())

  const twin = await on.arrive(on.second.chapterId, 10_000)
  const seen = () => on.jobs.job('all', twin.jobId)
  expect(await on.take(10_000)).toMatchObject({ attempts: 1, replayUntil: 10_020 })
  await on.jobs.replay(10_020)
  expect(await seen()).toMatchObject({ state: 'running', progress: 0.5, attempts: 1 })
  await on.jobs.replay(10_050)
  expect(await seen()).toMatchObject({ state: 'queued', errorReason: 'PARSER_DIED', attempts: 1 })
  expect(await on.jobs.take('w', STEPS, LEASE_MS, 10_549)).toBeUndefined()
  expect(await on.take(10_550)).toMatchObject({ attempts: 2, replayUntil: 10_560 })
  await on.jobs.replay(10_560)
  await on.run(10_560, 10_560, then())
  expect(await seen()).toMatchObject({ state: 'dead', step: 'probe', errorReason: 'PARSER_DIED' })
  expect(await on.jobs.retryDead('all', twin.jobId, 11_000)).toBe(1)
  expect(await on.take(11_000)).toMatchObject({ step: first.step, attempts: 1 })
})

it('ends no replay before the step itself, nor sooner than the step took', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  const work = await on.take(0)
  await on.arrive(on.second.chapterId, 400)
  expect((await on.take(400)).replayUntil).toBeGreaterThan(10_000)
  await on.jobs.heartbeat(work.id, 'w', 0.1, LEASE_MS, 500)
  expect((await on.jobs.replay(500)).ended).toBe(0)
  await on.jobs.finish(work.id, 'w', then(), 1_000)
  expect(await on.jobs.replay(1_000)).toEqual({ ended: 0, nextAt: 1_400 })
  expect(await on.jobs.replay(1_400)).toEqual({ ended: 1 })
})

it('does in the turn of a replay what its step still waits for', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  const work = await on.take(0)
  const later = { code: 'storage_full', message: 'Full.', retryAt: 100, isUncounted: true }
  await on.jobs.fail(work.id, 'w', later, 10)
  await on.arrive(on.second.chapterId, 50)
  expect((await on.take(50)).replayUntil).toBeDefined()
  expect(await on.take(100)).toMatchObject({ id: work.id, step: 'probe' })

  const other = await box()
  await other.arrive(other.first.chapterId, 0)
  await other.db.writer.updateTable('job_turns').set({ served_at: 9 }).execute()
  await other.arrive(other.second.chapterId, 50)
  const taken = await other.take(50)
  expect(taken).toMatchObject({ bookId: other.first.bookId, step: 'probe' })
  expect(taken.replayUntil).toBeUndefined()
})

it('replays as many at a time as would be worked on, and works on beside them', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.run(0, 100, then())
  await on.run(100, 100, then())
  await on.arrive(on.first.chapterId, 200)
  await on.arrive(on.first.chapterId, 200)
  expect((await on.take(200)).replayUntil).toBe(300)
  expect(await on.jobs.take('w', STEPS, LEASE_MS, 200)).toBeUndefined()
  expect(await on.jobs.take('w', STEPS, LEASE_MS, 200, 2)).toMatchObject({ replayUntil: 300 })
})

it('does not change what is replayed when a step is done again', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.run(0, 300, then())
  await on.run(300, 300, then())
  await on.jobs.requeue('probe', 2, DIGEST, 1_000)
  await on.run(1_000, 1_001, then())
  await on.jobs.prune('steps', Number.MAX_SAFE_INTEGER, 100)
  await on.jobs.prune('jobs', Number.MAX_SAFE_INTEGER, 100)
  await on.arrive(on.second.chapterId, 5_000)
  expect(await on.take(5_000)).toMatchObject({ replayUntil: 5_300 })
})

it('waits for a step that a new version of the product does in another way', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.run(0, 300, then())
  await on.run(300, 300, then())
  await on.jobs.requeue('probe', FIRST_STEP.version + 1, DIGEST, 1_000)
  await on.arrive(on.second.chapterId, 5_000)
  const next = await on.take(5_000)
  expect(next).toMatchObject({ step: 'probe', stepVersion: FIRST_STEP.version + 1 })
  expect(next.replayUntil).toBeUndefined()
})

it('tells of a step only those chapters for which it is done, or replayed', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.run(0, 30, then())
  await on.run(30, 30, then())
  const before = await lastEvent()
  const twin = await on.arrive(on.second.chapterId, 100)
  await on.take(100)
  await on.jobs.replay(130)
  await on.run(130, 130, then())
  const told = await on.db.read
    .selectFrom('events')
    .select(['chapter_id', 'payload'])
    .where('id', '>', before)
    .execute()
  expect(new Set(told.map((each) => each.chapter_id))).toEqual(new Set([twin.chapterId]))
  expect(told.length).toBeGreaterThan(4)

  async function lastEvent() {
    const { id } = await on.db.read
      .selectFrom('events')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirstOrThrow()
    return id
  }
})

it('replays how long a file took that killed its worker again and again', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.take(0)
  await on.take(LEASE_MS + 1)
  const last = await on.take(2 * (LEASE_MS + 1))
  const died = { code: 'internal', reason: 'WORKER_DIED', message: 'Left alone.' }
  await on.jobs.fail(last.id, 'w', died, 2 * (LEASE_MS + 1))

  await on.run(5 * LEASE_MS, 5 * LEASE_MS, then())

  const at = 10 * LEASE_MS
  const twin = await on.arrive(on.second.chapterId, at)
  expect(await on.take(at)).toMatchObject({ replayUntil: at + LEASE_MS + 1 })
  expect(await on.jobs.replay(at + LEASE_MS)).toMatchObject({ ended: 0 })
  expect(await on.jobs.replay(at + LEASE_MS + 1)).toMatchObject({ ended: 1 })
  const second = await on.take(at + LEASE_MS + 1)
  expect([second.attempts, second.replayUntil]).toEqual([2, at + 2 * (LEASE_MS + 1)])
  await on.jobs.replay(at + 2 * (LEASE_MS + 1))
  await on.take(at + 2 * (LEASE_MS + 1))
  await on.jobs.replay(at + 2 * (LEASE_MS + 1))
  const dead = await on.db.read
    .selectFrom('jobs')
    .select(['state', 'error_reason', 'attempts'])
    .where('replay_id', '=', twin.versionId)
    .where('step', '=', 'probe')
    .executeTakeFirst()
  expect(dead).toEqual({ state: 'dead', error_reason: 'WORKER_DIED', attempts: 3 })
})

it('forgets a worker that was killed under a file which is read in the end', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.take(0)
  await on.run(LEASE_MS + 1, LEASE_MS + 31, then())
  await on.run(2 * LEASE_MS, 2 * LEASE_MS, then())
  await on.arrive(on.second.chapterId, 10 * LEASE_MS)
  expect(await on.take(10 * LEASE_MS)).toMatchObject({ replayUntil: 10 * LEASE_MS + 30 })
})

it('tells every pointer of a move, in order, and the oldest few of progress', async () => {
  const on = await box()
  for (let i = 0; i < 60; i++) await on.arrive(on.first.chapterId, 0)
  await on.db.writer
    .deleteFrom('jobs')
    .where('replay_id', 'is not', null)
    .where('version_id', 'is', null)
    .execute()
  await on.db.writer.updateTable('versions').set({ replay_id: null }).execute()
  const toldOf = async (work: () => Promise<unknown>) => {
    const before = await last()
    await work()
    const rows = await on.db.read
      .selectFrom('events')
      .select('payload')
      .where('id', '>', before)
      .orderBy('id')
      .execute()
    return rows.map(({ payload }) => (JSON.parse(payload) as { document_id: string }).document_id)
  }
  const last = async () => {
    const max = on.db.read.selectFrom('events').select((eb) => eb.fn.max('id').as('id'))
    return (await max.executeTakeFirst())?.id ?? 0
  }
  let id = ''
  const moved = await toldOf(async () => {
    id = (await on.take(10)).id
  })
  const versions = on.db.read.selectFrom('versions').select('document_id').orderBy('id')
  const documents = (await versions.execute()).map(({ document_id }) => document_id)
  expect(moved).toEqual(documents)
  const progress = await toldOf(() => on.jobs.heartbeat(id, 'w', 0.5, LEASE_MS, 20))
  expect(progress).toEqual(documents.slice(0, 50))
})

it('forgets a replay with its version', async () => {
  const on = await box()
  await on.arrive(on.first.chapterId, 0)
  await on.run(0, 30, then('extract'))
  const twin = await on.arrive(on.second.chapterId, 100)
  await on.take(100)
  await on.jobs.replay(130)
  await on.db.writer.deleteFrom('versions').where('id', '=', twin.versionId).execute()
  const left = await on.db.read
    .selectFrom('jobs')
    .select('id')
    .where('replay_id', '=', twin.versionId)
    .where('version_id', 'is', null)
    .execute()
  expect(left).toEqual([])
  expect(await on.db.read.selectFrom('replayed_steps').selectAll().execute()).toEqual([])
})
