import { expect, it } from 'vitest'
import { readEvent } from './event.ts'
import { type Refresher, refresher, type Stale } from './refresher.ts'

const next = (use: (each: Refresher) => void): Promise<Stale> =>
  new Promise((resolve) => use(refresher(5, resolve)))

it('gathers many events into one reload', async () => {
  const stale = await next((live) => {
    for (let i = 0; i < 1000; i++) live.add({ kind: 'job' })
    live.add({ kind: 'share' })
  })
  expect(stale).toEqual([['jobs'], ['job-stats'], ['shares'], ['share-entries']])
})

it('reloads only the document that an event names', async () => {
  const stale = await next((live) => live.add({ kind: 'job', documentId: 'd1' }))
  expect(stale).toContainEqual(['document', 'd1'])
})

it('reloads everything when events may have been missed', async () => {
  expect(
    await next((live) => {
      live.add({ kind: 'job' })
      live.add({ kind: 'resync' })
    }),
  ).toBe('everything')
})

it('reloads lists of documents when a job has ended, not with every step of its progress', async () => {
  const job = (state: string) => readEvent('job', JSON.stringify({ document_id: 'd1', state }))!
  expect(await next((live) => live.add(job('running')))).not.toContainEqual(['documents'])
  expect(await next((live) => live.add(job('done')))).toContainEqual(['documents'])
})

it('reads the events of the stream and leaves out what it does not know', () => {
  expect(readEvent('document', '{"document_id":"d1"}')).toEqual({
    kind: 'document',
    documentId: 'd1',
  })
  expect(readEvent('job', 'not json')).toEqual({ kind: 'job' })
  expect(readEvent('hello', '{}')).toBeUndefined()
})
