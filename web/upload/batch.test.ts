import { expect, it } from 'vitest'
import { file, INBOX, only, setUp, states, until } from './testing/queue-world.ts'
import type { Trouble } from './testing/receiver.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => file(`${index}.txt`))

it('asks for many small files in few calls, and stores each in the call of its bytes', async () => {
  const { server, queue } = await setUp()
  await queue.add(many(300), INBOX)
  await until(queue, () => queue.tally.counts.stored === 300)
  expect(server.stored.toSorted()).toEqual(
    many(300)
      .map((each) => each.file.name)
      .toSorted(),
  )
  const asked = (server.hits.get('POST /api/v1/uploads/batch') ?? 0) + singles(server.hits)
  expect(asked).toBeLessThan(200)
  expect(server.hits.get('PUT /u/…')).toBe(300)
  expect(server.hits.get('POST /upload/complete')).toBeUndefined()
})

it('lets each file of a batch have its own trouble', async () => {
  const taken: Trouble = ({ kind, body }) => {
    if (kind !== 'request' || body.on_conflict !== 'ask') return undefined
    if (body.name === '3.txt') return { status: 413, body: { code: 'too_large' } }
    if (body.name !== '5.txt') return undefined
    return { status: 409, body: { code: 'conflict', reason: 'NAME_TAKEN' } }
  }
  const { queue } = await setUp(taken)
  await queue.add(many(20), INBOX)
  await until(queue, () => queue.tally.counts.stored === 18)
  expect(states(queue)[3]).toBe('failed')
  expect(states(queue)[5]).toBe('asking')
})

it('waits out a server that cannot take the batch now', async () => {
  const asked = { calls: 0 }
  const { queue } = await setUp(({ kind }) =>
    kind === 'request' && asked.calls++ < 3 ? 'hang_up' : undefined,
  )
  await queue.add(many(20), INBOX)
  await until(queue, () => queue.tally.counts.stored === 20)
})

it('leaves alone who was paused or taken out while the batch was asked', async () => {
  const gate = Promise.withResolvers<undefined>()
  const { server, queue } = await setUp(({ kind, body }) =>
    kind === 'request' && body.name === '19.txt' ? gate.promise : undefined,
  )
  await queue.add(many(20), INBOX)
  await until(queue, () => server.calls.some(({ body }) => body.name === '19.txt'))
  const [paused, gone] = [queue.items[18]!, queue.items[19]!]
  expect([paused.state, gone.state]).toEqual(['waiting', 'waiting'])
  queue.pause(paused)
  queue.cancel(gone)
  gate.resolve(undefined)
  await until(queue, () => queue.tally.counts.stored === 18)
  expect(paused.state).toBe('paused')
  queue.resume(paused)
  await until(queue, () => queue.tally.counts.stored === 19)
  expect(server.stored).not.toContain('19.txt')
})

it('asks nobody for a file of its own', async () => {
  const { server, queue } = await setUp()
  await queue.add([file('alone.txt')], INBOX)
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(only(queue).documentId).toBe('document of alone.txt')
  expect([...server.hits.keys()]).toEqual(['POST /upload/request', 'PUT /u/…'])
})

const singles = (hits: Map<string, number>) => hits.get('POST /upload/request') ?? 0
