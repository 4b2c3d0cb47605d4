import { expect, it } from 'vitest'
import { checksumOf } from './digest.ts'
import { file, hasher, INBOX, only, setUp, sha256, shelf, until } from './testing/queue-world.ts'
import type { Call, Receiver, Trouble } from './testing/receiver.ts'

const TEXT = 'The bridge over the river stands since 1932.'
const PARTS = Math.ceil(TEXT.length / 5)
const inParts = { partBytes: 5 }
const numbersOf = (calls: readonly Call[]) =>
  calls.filter(({ kind }) => kind === 'put').map(({ body }) => Number(body.part))
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)
const every = Array.from({ length: PARTS }, (_, index) => index + 1)

it('sums a part as everybody else does', async () => {
  expect(await checksumOf(new Blob(['123456789']))).toBe('e3069283')
})

it('sends a large file in parts over three connections, each part once', async () => {
  const { server, queue } = await setUp(undefined, inParts)
  await queue.add([file('big.txt', TEXT), file('s.txt', 's')], INBOX)
  await until(queue, () => queue.tally.counts.stored === 2)
  expect(server.received.get('big.txt')).toBe(sha256(TEXT))
  expect(server.received.get('s.txt')).toBe(sha256('s'))
  expect(sorted(partsIn(server, 'big.txt'))).toEqual(every)
  expect(queue.tally.sentBytes).toBe(TEXT.length + 1)
})

it('never has more than three bodies on the wire, and all three for a file that is alone', async () => {
  const { promise: open, resolve } = Promise.withResolvers<undefined>()
  const { server, queue } = await setUp(({ kind }) => (kind === 'put' ? open : undefined), inParts)
  void queue.add([file('big.txt', TEXT)], INBOX)
  await until(queue, () => server.maxBodies === 3)
  void queue.add([file('a.txt', 'a'), file('bigger.txt', TEXT + TEXT)], INBOX)
  await until(queue, () => queue.tally.files === 3)
  resolve(undefined)
  await until(queue, () => queue.tally.counts.stored === 3)
  expect(server.maxBodies).toBe(3)
  expect(server.received.get('bigger.txt')).toBe(sha256(TEXT + TEXT))
})

it('goes on with the missing parts after a pause', async () => {
  const { server, queue } = await setUp(stallAt(4), inParts)
  await queue.add([file('big.txt', TEXT)], INBOX)
  await until(queue, () => isStalled(server))
  queue.pause(only(queue))
  const before = server.calls.length
  const { idempotencyKey } = only(queue)
  queue.resume(only(queue))
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(only(queue).idempotencyKey).toBe(idempotencyKey)
  expect(numbersOf(server.calls.slice(before))).not.toContain(1)
  expect(server.received.get('big.txt')).toBe(sha256(TEXT))
})

it('comes back from failures of parts, and counts only those in a row', async () => {
  const lost: Trouble = ({ kind, before }) =>
    kind === 'put' && before % 3 === 2 ? 'hang_up' : undefined
  const { server, queue } = await setUp(lost, inParts)
  await queue.add([file('big.txt', TEXT + TEXT)], INBOX)
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(server.received.get('big.txt')).toBe(sha256(TEXT + TEXT))
})

it('sends a part again that arrived damaged, and nothing else', async () => {
  const damaged: Trouble = ({ kind, before }) =>
    kind === 'put' && before === 2
      ? { status: 422, body: { code: 'digest_mismatch', reason: 'PART_MISMATCH' } }
      : undefined
  const { server, queue } = await setUp(damaged, inParts)
  await queue.add([file('big.txt', TEXT)], INBOX)
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(numbersOf(server.calls)).toHaveLength(PARTS + 1)
  expect(server.calls.filter(({ kind }) => kind === 'request')).toHaveLength(1)
})

it('sends a file whole that could not be fingerprinted', async () => {
  const broken = { ...hasher, hash: () => Promise.reject(new Error('no WebAssembly here')) }
  const { server, queue } = await setUp(undefined, { ...inParts, hasher: broken })
  await queue.add([file('big.txt', TEXT)], INBOX)
  await until(queue, () => queue.tally.counts.stored === 1)
  expect(numbersOf(server.calls)).toEqual([Number.NaN])
})

it('continues after the tab was closed when the same file is chosen, with the missing parts', async () => {
  const { second, orphan, before, had } = await closedTab()
  await second.add([file('big.txt', TEXT)], INBOX)
  await until(second, () => second.tally.counts.stored === 1)
  expect(second.items).toHaveLength(1)
  const sent = partsIn(before.server, 'big.txt').slice(before.puts)
  expect(sorted(sent)).toEqual(every.filter((number) => !had.includes(number)))
  expect(only(second).docId).toBe(orphan.docId)
  expect(before.server.received.get('big.txt')).toBe(sha256(TEXT))
})

it('starts over when the file of that name, size and time has another content', async () => {
  const { second, orphan, before } = await closedTab()
  const other = TEXT.replace('1932', '1933')
  await second.add([file('big.txt', other)], INBOX)
  await until(second, () => second.tally.counts.stored === 1)
  expect(only(second).docId).not.toBe(orphan.docId)
  expect(sorted(partsIn(before.server, 'big.txt').slice(before.puts))).toEqual(every)
  expect(before.server.received.get('big.txt')).toBe(sha256(other))
})

/** A tab that is closed while its fourth part stands still, and the next one, on the same server. */
async function closedTab() {
  const memory = shelf()
  const first = await setUp(stallAt(4), { ...inParts, memory })
  await first.queue.add([file('big.txt', TEXT)], INBOX)
  await until(first.queue, () => isStalled(first.server))
  await first.queue.close()
  const puts = partsIn(first.server, 'big.txt').length
  const had = first.server.parts('big.txt')
  const { queue: second } = await setUp(undefined, { memory, server: first.server })
  await second.restore()
  const orphan = { ...only(second) }
  expect(orphan).toMatchObject({ state: 'paused', problem: { code: 'file_needed' } })
  return { second, orphan, had, before: { server: first.server, puts } }
}

/** Lets the first `count - 1` parts through and leaves the others without an answer, for one round. */
function stallAt(count: number): Trouble {
  return ({ kind, before }) =>
    kind === 'put' && before >= count - 1 && before < count + 2 ? new Promise(() => {}) : undefined
}

const partsIn = (server: Receiver, name: string) =>
  numbersOf(server.calls.filter(({ body }) => body.name === name))
/** Three parts arrived, three more without an answer. */
const isStalled = (server: Receiver) =>
  server.parts('big.txt').length === 3 && numbersOf(server.calls).length === 6
