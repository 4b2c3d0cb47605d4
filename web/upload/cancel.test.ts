import { expect, it } from 'vitest'
import { file, INBOX, only, setUp, until } from './testing/queue-world.ts'

it('takes back what was asked for, and nothing else', async () => {
  const gate = Promise.withResolvers<undefined>()
  const { server, queue } = await setUp(({ kind }) => (kind === 'put' ? gate.promise : undefined))
  await queue.add([file('plan.txt')], INBOX)
  await until(queue, () => server.calls.some(({ kind }) => kind === 'put'))
  const { docId } = only(queue)
  queue.cancel(only(queue))
  await until(queue, () => server.calls.some(({ kind }) => kind === 'cancel'))
  expect(server.hits.get(`DELETE /api/v1/uploads/${docId}`)).toBe(1)
  expect(queue.items).toEqual([])
  gate.resolve(undefined)
})

it('takes a stored file out of the list without a word to the server', async () => {
  const { server, queue } = await setUp()
  await queue.add([file('a.txt'), file('b.txt')], INBOX)
  await until(queue, () => queue.tally.counts.stored === 2)
  queue.pauseAll()
  await queue.add([file('c.txt')], INBOX)
  queue.cancel(only(queue))
  queue.cancelAll()
  expect(queue.tally).toMatchObject({ files: 1, counts: { stored: 1 } })
  queue.resumeAll()
  await queue.add([file('d.txt')], INBOX)
  await until(queue, () => queue.tally.counts.stored === 2)
  expect(server.calls.filter(({ kind }) => kind === 'cancel')).toEqual([])
  expect(server.stored).not.toContain('c.txt')
})

it('cancels files whose addresses were asked for together, also those that had no turn', async () => {
  const gate = Promise.withResolvers<undefined>()
  const { server, queue } = await setUp(({ kind }) => (kind === 'put' ? gate.promise : undefined))
  const files = Array.from({ length: 8 }, (_, index) => file(`note ${index}.txt`))
  await queue.add(files, INBOX)
  await until(queue, () => queue.items.every(({ docId }) => docId !== undefined))
  queue.cancelAll()
  expect(queue.tally.files).toBe(0)
  const cancelled = () => server.calls.filter(({ kind }) => kind === 'cancel')
  await until(queue, () => cancelled().length === 8)
  gate.resolve(undefined)
  expect(server.stored).toEqual([])
})

it('lets the server be when it has nothing of a file', async () => {
  const refused = { status: 404, body: { code: 'not_found' } }
  const { server, queue } = await setUp(({ kind }) => (kind === 'cancel' ? refused : undefined))
  queue.pauseAll()
  await queue.add([file('a.txt')], INBOX)
  queue.cancelAll()
  queue.resumeAll()
  await queue.add([file('b.txt')], INBOX)
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(server.calls.map(({ kind }) => kind)).not.toContain('cancel')
})
