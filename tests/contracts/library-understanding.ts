import { expect, it } from 'vitest'
import type { Step } from '../../core/model/job.ts'
import type { StepResult } from '../../core/ports/index.ts'
import { type LibraryCatalog, later, shelf, store } from './library-shelf.ts'

const done: StepResult = { state: 'done', facts: {}, next: [] }
const next = (step: Step) => ({ step, stepVersion: 1, priority: 10 })
const LEASE_MS = 60_000

/** The one word for how far a file is understood. */
export function understandingContract(open: () => Promise<LibraryCatalog>) {
  it('waits, works, and is ready when its content is read and it is findable', async () => {
    const { say, run, link } = await oneFile(open)
    expect(await say()).toBe('waiting')
    await run('probe', { ...done, next: [next('extract')] }, async () => {
      expect(await say()).toBe('working')
    })
    expect(await say()).toBe('waiting')
    await run('extract', { ...done, next: [next('preview')] })
    expect(await say()).toBe('waiting')
    await link()
    expect(await say()).toBe('ready')
  })

  it.each([
    ['partial', 'partial'],
    ['no_text', 'skipped'],
    ['failed', 'failed'],
  ] as const)('is %s when its text was read as %s', async (word, state) => {
    const { say, run, link } = await oneFile(open)
    await run('probe', { ...done, next: [next('extract')] })
    await run('extract', { ...done, state })
    await link()
    expect(await say()).toBe(word)
  })

  it('is failed while a step lies in the dead letter, and waits again after a retry', async () => {
    const { catalog, say, take, link, file } = await oneFile(open)
    const job = await take('probe')
    await catalog.jobs.fail(job.id, 'w', { code: 'internal', message: 'It broke.' }, later())
    expect(await say()).toBe('failed')
    await link()
    expect(await say()).toBe('failed')
    expect(await catalog.jobs.retryDead('all', file.jobId, later())).toBe(1)
    expect(await say()).toBe('waiting')
  })

  it('does not mind a missing preview, nor one still to be made', async () => {
    const { catalog, say, run, take, link } = await oneFile(open)
    await run('probe', { ...done, next: [next('preview')] })
    const job = await take('preview')
    await catalog.jobs.fail(job.id, 'w', { code: 'internal', message: 'It broke.' }, later())
    await link()
    expect(await say()).toBe('ready')
  })
}

/** One stored file, and the hands of a worker. */
async function oneFile(open: () => Promise<LibraryCatalog>) {
  const catalog = await open()
  const place = await shelf(catalog)
  const file = await store(catalog, place, { name: 'a.txt' })
  const take = async (step: Step) => {
    const job = await catalog.jobs.take('w', [step], LEASE_MS, later())
    if (!job) throw new Error(`there is no ${step} to be done`)
    return job
  }
  const run = async (step: Step, result: StepResult, meanwhile = async () => {}) => {
    const job = await take(step)
    await meanwhile()
    expect(await catalog.jobs.finish(job.id, 'w', result, later())).toBe(true)
  }
  return {
    catalog,
    file,
    take,
    run,
    say: async () => (await catalog.library.document('all', file.documentId))?.understanding,
    link: async () => {
      await catalog.ingest.markLinked(file.versionId, later())
      await run('link', done)
    },
  }
}
