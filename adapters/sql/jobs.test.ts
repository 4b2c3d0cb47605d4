import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { type Job, STEPS } from '../../core/model/job.ts'
import { EXTRACT_STEP, PREVIEW_STEP, queued } from '../../core/pipeline/order.ts'
import type { NewVersion, StepResult } from '../../core/ports/index.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, type SeededCatalog, seededCatalog } from '../../tests/seeded-catalog.ts'

const LEASE_MS = 1_000
const done = (...next: StepResult['next']): StepResult => ({ state: 'done', facts: {}, next })
const after = (step: 'extract') => ({ step, stepVersion: 1, priority: 10 })

it('gives each book its turn, however long another queues', async () => {
  const on = await seededCatalog()
  for (let i = 0; i < 4; i++) await arrive(on, digestOf(i), on.first.chapterId)
  await arrive(on, digestOf(9), on.second.chapterId)
  const taken = [await take(on), await take(on), await take(on)]
  expect(new Set(taken.slice(0, 2).map((job) => job?.bookId)).size).toBe(2)
})

it('gives a book its turn, however early the steps that another still has to begin with', async () => {
  const on = await seededCatalog()
  await arrive(on, digestOf(9), on.second.chapterId)
  const probe = must(await take(on))
  await on.catalog.jobs.finish(probe.id, 'w', done(queued(EXTRACT_STEP), queued(PREVIEW_STEP)), 0)
  for (let i = 0; i < 4; i++) await arrive(on, digestOf(i), on.first.chapterId)
  const taken = [await take(on), await take(on), await take(on)]
  expect(taken.map((job) => job?.step)).toEqual(['probe', 'extract', 'probe'])
})

it('leases a job to one worker only, and to another when the lease ran out', async () => {
  const on = await seededCatalog()
  await arrive(on, digestOf(1))
  const first = await take(on, 'one', 0)
  expect(await take(on, 'two', LEASE_MS - 1)).toBeUndefined()
  const second = await take(on, 'two', LEASE_MS + 1)
  expect([second?.id, second?.attempts]).toEqual([first?.id, 2])
})

it('takes what a clock that ran ahead had leased or put off, once the clock is set back', async () => {
  const on = await seededCatalog()
  const ahead = 10 * 60 * 60_000
  await arrive(on, digestOf(1))
  const leased = must(await take(on, 'dead', ahead))
  expect(await take(on, 'w', 1_000)).toMatchObject({ id: leased.id, attempts: 2 })
  const failure = { code: 'internal', message: 'No.', retryAt: ahead }
  await on.catalog.jobs.fail(leased.id, 'w', failure, ahead)
  expect(await take(on, 'w', 2_000)).toMatchObject({ id: leased.id, attempts: 3 })
})

it('tells the progress of a job when there is some, and not with every heartbeat', async () => {
  const on = await seededCatalog()
  await arrive(on, digestOf(1))
  const job = must(await take(on))
  const events = () => on.db.read.selectFrom('events').select('id').execute()
  const before = (await events()).length
  for (const progress of [0, 0.5, 0.5, 0.5]) {
    await on.catalog.jobs.heartbeat(job.id, 'w', progress, LEASE_MS, 10)
  }
  expect(await events()).toHaveLength(before + 1)
})

it('lets only the holder finish, and writes nothing for a lost lease', async () => {
  const on = await seededCatalog()
  await arrive(on, digestOf(1))
  const job = must(await take(on, 'one', 0))
  await take(on, 'two', LEASE_MS + 1)
  expect(await on.catalog.jobs.finish(job.id, 'one', done(after('extract')), 3_000)).toBe(false)
  expect(await on.catalog.derivations.get(job.digest, 'probe')).toBeUndefined()
  expect(await on.catalog.jobs.heartbeat(job.id, 'one', 0.5, LEASE_MS, 3_000)).toBe(false)
  expect(await on.catalog.jobs.heartbeat(job.id, 'two', 0.5, LEASE_MS, 3_000)).toBe(true)
})

it('writes result and next step together, and frees the pointers after the last', async () => {
  const on = await seededCatalog()
  const input = await arrive(on, digestOf(1))
  const probe = must(await take(on))
  await on.catalog.jobs.finish(probe.id, 'w', done(after('extract')), 10)
  expect(await stateOf(on, input.jobId)).toBe('blocked')
  const extract = must(await take(on, 'w', 10))
  expect(extract.step).toBe('extract')
  await on.catalog.jobs.finish(extract.id, 'w', done(), 20)
  const link = must(await take(on, 'w', 20))
  expect([link.step, link.versionId]).toEqual(['link', input.versionId])
})

it('does not wait for the preview picture to make a file findable', async () => {
  const on = await seededCatalog()
  const input = await arrive(on, digestOf(1))
  const probe = must(await take(on))
  const next = [{ step: 'preview' as const, stepVersion: 1, priority: 90 }]
  await on.catalog.jobs.finish(probe.id, 'w', done(...next), 10)
  expect(await stateOf(on, input.jobId)).toBe('queued')
})

it('does nothing again for a content that is understood, but takes as long', async () => {
  const on = await seededCatalog()
  await arrive(on, digestOf(1))
  const probe = must(await take(on, 'w', 100))
  await on.catalog.jobs.finish(probe.id, 'w', done(), 130)
  await on.catalog.jobs.finish(must(await take(on, 'w', 130)).id, 'w', done(), 130)
  const twin = await arrive(on, digestOf(1), on.second.chapterId)
  expect(await take(on, 'w', 500)).toMatchObject({ step: 'probe', replayUntil: 530 })
  expect(await on.catalog.jobs.replay(529)).toEqual({ ended: 0, nextAt: 530 })
  expect(await stateOf(on, twin.jobId)).toBe('blocked')
  expect(await take(on, 'w', 529)).toBeUndefined()
  expect(await on.catalog.jobs.replay(530)).toEqual({ ended: 1 })
  expect(await take(on, 'w', 530)).toMatchObject({ id: twin.jobId, step: 'link' })
})

it('puts a failure back until its time, and then into the dead letter, where retry finds it', async () => {
  const on = await seededCatalog()
  const input = await arrive(on, digestOf(1))
  const job = must(await take(on, 'w', 0))
  const failure = { code: 'internal', reason: 'PARSER_DIED', message: 'The reader died.' }
  await on.catalog.jobs.fail(job.id, 'w', { ...failure, retryAt: 500 }, 100)
  expect(await take(on, 'w', 499)).toBeUndefined()
  const again = must(await take(on, 'w', 500))
  await on.catalog.jobs.fail(again.id, 'w', failure, 600)
  expect(await on.catalog.derivations.get(job.digest, 'probe')).toMatchObject({ state: 'failed' })
  const link = must(await take(on, 'w', 700))
  await on.catalog.jobs.finish(link.id, 'w', done(), 800)

  const seen = await on.catalog.jobs.job([on.first.chapterId], input.jobId)
  expect(seen).toMatchObject({ state: 'dead', step: 'probe', errorReason: 'PARSER_DIED' })
  expect(await on.catalog.jobs.retryDead([on.second.chapterId], undefined, 900)).toBe(0)
  expect(await on.catalog.jobs.retryDead([on.first.chapterId], input.jobId, 900)).toBe(1)
  expect(await take(on, 'w', 900)).toMatchObject({ step: job.step, attempts: 1 })
})

it('shows a file that was itself at fault as failed, and reads it again when asked', async () => {
  const on = await seededCatalog()
  const input = await arrive(on, digestOf(1))
  const job = must(await take(on, 'w', 0))
  const reason = { reason: 'PASSWORD_PROTECTED', message: 'It has a password.' }
  const refused: StepResult = { state: 'failed', facts: {}, next: [], ...reason }
  await on.catalog.jobs.finish(job.id, 'w', refused, 10)
  const link = must(await take(on, 'w', 20))
  await on.catalog.jobs.finish(link.id, 'w', done(), 30)
  expect(await on.catalog.jobs.job('all', input.jobId)).toMatchObject({
    state: 'dead',
    step: 'probe',
    errorReason: 'PASSWORD_PROTECTED',
  })
  expect(await on.catalog.jobs.retryDead('all', input.jobId, 40)).toBe(1)
  expect(await take(on, 'w', 40)).toMatchObject({ step: job.step, attempts: 1 })
})

it('shows a job to those who see its document, and to nobody else', async () => {
  const on = await seededCatalog()
  const input = await arrive(on, digestOf(1))
  const { jobs } = on.catalog
  expect(await jobs.job([on.second.chapterId], input.jobId)).toBeUndefined()
  expect((await jobs.list([on.second.chapterId], { limit: 10 })).items).toEqual([])
  expect((await jobs.stats([on.second.chapterId])).queued).toBe(0)
  expect((await jobs.stats([on.first.chapterId])).queued).toBe(1)
  expect(await jobs.job('all', input.jobId)).toMatchObject({
    documentName: input.name,
    step: 'probe',
  })
})

it('pages through jobs, newest first, without missing or repeating one', async () => {
  const on = await seededCatalog()
  const ids = []
  for (let i = 0; i < 5; i++) ids.push((await arrive(on, digestOf(i))).jobId)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await on.catalog.jobs.list('all', { limit: 2, ...(cursor && { cursor }) })
    seen.push(...page.items.map((job) => job.id))
    cursor = page.nextCursor
  } while (cursor)
  expect(seen).toEqual(ids.toReversed())
})

async function arrive(
  on: SeededCatalog,
  digest: Digest,
  chapterId = on.first.chapterId,
): Promise<NewVersion> {
  const input = newVersion(on, { digest, sizeBytes: 1 }, { chapterId, now: 0 })
  await commitContent(on.catalog.ingest, input)
  return input
}

const take = (on: SeededCatalog, worker = 'w', now = 0): Promise<Job | undefined> =>
  on.catalog.jobs.take(worker, STEPS, LEASE_MS, now)

const digestOf = (n: number) => String(n).repeat(64) as Digest

async function stateOf(on: SeededCatalog, id: string): Promise<string> {
  const row = await on.db.read
    .selectFrom('jobs')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.state
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was ready')
  return value
}
