import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { STEPS, type Step } from '../../core/model/job.ts'
import type { StepResult } from '../../core/ports/index.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'

const LEASE_MS = 60_000
const THEN_PICTURE: StepResult = {
  state: 'partial',
  facts: {},
  reason: 'PAGES_FAILED',
  next: [{ step: 'picture', stepVersion: 1, priority: 10 }],
}
const PARTIAL: StepResult = { state: 'partial', facts: {}, reason: 'PAGES_FAILED', next: [] }
const DONE: StepResult = { state: 'done', facts: {}, next: [] }

/** A pointer that is linked while a step beside is still to come, of a content known or not. */
async function linkedPointer(isKnown: boolean) {
  const on = await seededCatalog()
  const { jobs, derivations } = on.catalog
  const digest = 'c'.repeat(64) as Digest
  const arrive = async (chapterId: string, now: number) => {
    const input = newVersion(on, { digest, sizeBytes: 1 }, { chapterId, now })
    await commitContent(on.catalog.ingest, input)
    return input
  }
  const take = async (now: number) => {
    const job = await jobs.take('w', STEPS, LEASE_MS, now)
    if (!job) throw new Error('nothing was ready')
    return job
  }
  const run = async (now: number, result: StepResult) => {
    const job = await take(now)
    expect(job.replayUntil).toBeUndefined()
    if (job.versionId) await on.catalog.ingest.markLinked(job.versionId, now)
    await jobs.finish(job.id, 'w', result, now)
  }
  if (isKnown) {
    await arrive(on.first.chapterId, 0)
    await run(0, THEN_PICTURE)
    await run(0, DONE)
    await run(0, PARTIAL)
  }
  const mine = await arrive(on.second.chapterId, 1_000)
  if (isKnown) {
    await take(1_000)
    await jobs.replay(1_000)
  } else {
    await run(1_000, THEN_PICTURE)
  }
  await run(1_000, DONE)
  const retry = (step: Step) => jobs.retryStep([on.second.chapterId], mine.jobId, { step }, 2_000)
  const shown = async () =>
    (await derivations.shown(mine.versionId)).map(({ step, state }) => `${step} ${state}`)
  return { retry, shown }
}

it.each([
  ['a known', true],
  ['an unknown', false],
])(
  'A5 response-shape: a step of %s content that is not told yet cannot be retried',
  async (_, is) => {
    const on = await linkedPointer(is)
    expect(await on.shown()).toEqual(['probe partial', 'picture waiting'])
    expect(await on.retry('picture')).toBe(0)
    expect(await on.shown()).toEqual(['probe partial', 'picture waiting'])
  },
)

it.each([
  ['a known', true],
  ['an unknown', false],
])('A5 response-shape: retrying one step of %s content tells nothing of another', async (_, is) => {
  const on = await linkedPointer(is)
  expect(await on.retry('probe')).toBe(1)
  expect(await on.shown()).toEqual(['probe waiting', 'picture waiting'])
})
