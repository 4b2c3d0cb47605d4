import { expect, it } from 'vitest'
import { digestOf } from './digest.ts'
import type { Hasher } from './hasher.ts'
import {
  file,
  INBOX,
  only,
  setUp,
  shelf,
  states,
  hasher as testHasher,
  until,
} from './testing/queue-world.ts'
import type { Receiver } from './testing/receiver.ts'

const folder = ['a.txt', 'b.txt', 'c.txt'].map((name) => file(name, name, 'Photos'))
const count = (server: Receiver, kind: string) =>
  server.calls.filter((call) => call.kind === kind).length

/** A browser that has uploaded the folder and whose list was emptied then. */
async function afterUpload() {
  const memory = shelf()
  const read: string[] = []
  const hasher: Hasher = {
    ...testHasher,
    hash(blob, onRead, signal) {
      read.push((blob as File).name)
      return digestOf(blob, onRead, signal)
    },
  }
  const { server, queue } = await setUp(undefined, { memory, hasher })
  await queue.add(folder, INBOX)
  await until(queue, () => queue.tally.counts.stored === 3)
  queue.removeFinished()
  await queue.close()
  expect(memory.rows.size).toBe(0)
  const next = await setUp(undefined, { memory, hasher, server })
  return { ...next, read, puts: count(server, 'put') }
}

it('sends nothing of a folder that is added again, after one question', async () => {
  const { server, queue, read, puts } = await afterUpload()
  await queue.add(folder, INBOX)
  await until(queue, () => queue.tally.counts.stored === 3)
  expect(count(server, 'put')).toBe(puts)
  expect(server.hits.get('POST /api/v1/assets/check-by-hash')).toBe(1)
  expect(only(queue).documentId).toBe('document of a.txt')
  expect(read).toHaveLength(3)
})

it('sends what is no longer there, with the fingerprint it remembers', async () => {
  const { server, queue, read, puts } = await afterUpload()
  server.stored.splice(0, 1)
  await queue.add(folder, INBOX)
  await until(queue, () => queue.tally.counts.stored === 3)
  expect(count(server, 'put')).toBe(puts + 1)
  expect(read).toHaveLength(3)
})

it('reads a file again whose time or size is another', async () => {
  const { server, queue, read, puts } = await afterUpload()
  const touched = { ...folder[0]!, file: new File(['a.txt'], 'a.txt', { lastModified: 2 }) }
  const grown = file('b.txt', 'b.txt and more', 'Photos')
  await queue.add([touched, grown], INBOX)
  await until(queue, () => queue.tally.counts.stored === 2)
  expect(count(server, 'check')).toBe(0)
  expect(count(server, 'put')).toBe(puts + 2)
  expect(read.slice(3)).toEqual(['a.txt', 'b.txt'])
})

it('does not take a file in another place for the one that is known', async () => {
  const { server, queue, puts } = await afterUpload()
  await queue.add(folder, { ...INBOX, folder: 'Elsewhere' })
  await until(queue, () => queue.tally.counts.stored === 3)
  expect(count(server, 'check')).toBe(0)
  expect(count(server, 'put')).toBe(puts + 3)
})

it('sends everything when the question cannot be answered', async () => {
  const { server, queue } = await afterUpload()
  const down = await setUp(({ kind }) => (kind === 'check' ? 'hang_up' : undefined))
  expect(server.stored).toHaveLength(3)
  await queue.close()
  const memory = shelf()
  const first = await setUp(undefined, { memory, server: down.server })
  await first.queue.add(folder, INBOX)
  await until(first.queue, () => first.queue.tally.counts.stored === 3)
  first.queue.removeFinished()
  await first.queue.add(folder, INBOX)
  await until(first.queue, () => first.queue.tally.counts.stored === 3)
  expect(count(down.server, 'put')).toBe(6)
})

it('leaves alone who is paused while the server is asked', async () => {
  const memory = shelf()
  const gate = Promise.withResolvers<undefined>()
  const { server, queue } = await setUp(
    ({ kind }) => (kind === 'check' ? gate.promise : undefined),
    { memory },
  )
  await queue.add(folder, INBOX)
  await until(queue, () => queue.tally.counts.stored === 3)
  queue.removeFinished()
  await queue.add(folder, INBOX)
  await until(queue, () => count(server, 'check') === 1)
  queue.pause(queue.items[1]!)
  gate.resolve(undefined)
  await until(queue, () => queue.tally.counts.stored === 2)
  expect(states(queue)).toEqual(['stored', 'paused', 'stored'])
  queue.resume(queue.items[1]!)
  await until(queue, () => queue.tally.counts.stored === 3)
})

it('forgets everything when somebody signs out', async () => {
  const memory = shelf()
  const { queue } = await setUp(undefined, { memory })
  await queue.add(folder, INBOX)
  await until(queue, () => queue.tally.counts.stored === 3)
  await queue.clear()
  expect(memory.rows.size).toBe(0)
  const next = await setUp(undefined, { memory })
  await next.queue.add(folder, INBOX)
  await until(next.queue, () => next.queue.tally.counts.stored === 3)
  expect(count(next.server, 'put')).toBe(3)
})
