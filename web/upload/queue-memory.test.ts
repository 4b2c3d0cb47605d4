import { expect, it } from 'vitest'
import { file, forgetful, INBOX, only, setUp, shelf, states, until } from './testing/queue-world.ts'
import type { Trouble } from './testing/receiver.ts'

it('leaves unfinished files resting; choosing the file again goes on under the same key', async () => {
  const memory = shelf()
  const down: Trouble = (call) =>
    call.body.name === 'b.txt' ? { status: 503, body: { code: 'unavailable' } } : undefined
  const first = await setUp(down, {
    memory,
    patience: { baseMs: 60_000, capMs: 60_000, maxTries: 3, random: () => 1 },
  })
  await first.queue.add([file('a.txt'), file('b.txt')], INBOX)
  await until(first.queue, () => only(first.queue).state === 'stored')
  const key = first.queue.items[1]!.idempotencyKey
  await first.queue.close()

  const second = await setUp(undefined, { memory })
  await second.queue.restore()
  expect(states(second.queue)).toEqual(['stored', 'paused'])
  expect(second.queue.items[1]!.problem?.code).toBe('file_needed')
  await second.queue.add([file('b.txt')], INBOX)
  await until(second.queue, () => second.queue.tally.counts.stored === 2)
  expect(second.queue.items).toHaveLength(2)
  expect(second.server.calls[0]!.body.idempotency_key).toBe(key)
})

it('goes on with the rest when the whole folder is chosen again', async () => {
  const memory = shelf()
  const down: Trouble = (call) =>
    call.body.name === 'b.txt' ? { status: 503, body: { code: 'unavailable' } } : undefined
  const slow = { baseMs: 60_000, capMs: 60_000, maxTries: 3, random: () => 1 }
  const folder = [file('a.txt', 'a', 'Photos'), file('b.txt', 'b', 'Photos')]
  const first = await setUp(down, { memory, patience: slow })
  await first.queue.add(folder, INBOX)
  await until(first.queue, () => only(first.queue).state === 'stored')
  await first.queue.close()

  const second = await setUp(undefined, { memory })
  await second.queue.restore()
  await second.queue.add(folder, INBOX)
  await until(second.queue, () => second.queue.tally.counts.stored === 2)
  expect(second.server.stored).toEqual(['b.txt'])
  expect(second.queue.items).toHaveLength(2)
})

it('forgets what was cancelled', async () => {
  const memory = shelf()
  const { queue } = await setUp(undefined, { memory })
  queue.pauseAll()
  await queue.add([file('a.txt'), file('b.txt')], INBOX)
  queue.cancel(only(queue))
  await queue.close()
  expect([...memory.rows.values()].map((row) => row.name)).toEqual(['b.txt'])
})

it('goes on uploading when the browser refuses to remember', async () => {
  const told: unknown[] = []
  const { queue } = await setUp(undefined, {
    memory: forgetful(),
    onForgetful: (error) => told.push(error),
  })
  await queue.restore()
  await queue.add([file('a.txt')], INBOX)
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(told).toHaveLength(1)
})
