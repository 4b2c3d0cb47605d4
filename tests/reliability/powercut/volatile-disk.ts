// A disk with a volatile write cache, as an NBD server on a Unix socket: what was written lies in
// memory until a flush. At a power cut a random part of what was not flushed reaches the platter, in
// no order, and everything fails from then on. `volatile-disk.ts <image> <socket>`; its parent sends
// `{cut: seed}` and hears `{pending, kept, flushes}`. Protocol: NetworkBlockDevice/nbd, doc/proto.md.
import { fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { seeded } from '../contents.ts'

/** What a disk writes whole or not at all. */
const PIECE = 4096
/** The cut comes when this many pieces wait for a flush, at most ... */
const MOST_PENDING = 40
/** ... or at the first that waits after this many requests. */
const MOST_REQUESTS = 200

const [image = '', socketPath = ''] = process.argv.slice(2)
const platter = openSync(image, 'r+')
const sizeBytes = fstatSync(platter).size
const cache = new Map<number, Buffer>()
let flushes = 0
let cut: { random: () => number; atPending: number; requestsLeft: number } | 'dead' | undefined

function piece(number: number): Buffer {
  const cached = cache.get(number)
  if (cached) return cached
  const bytes = Buffer.alloc(PIECE)
  readSync(platter, bytes, 0, PIECE, number * PIECE)
  return bytes
}

/** Calls back for each piece that a range touches: its number, and where the range lies in it. */
function overPieces(
  offset: number,
  length: number,
  each: (number: number, from: number, bytes: number, at: number) => void,
): void {
  for (let at = 0; at < length; ) {
    const from = (offset + at) % PIECE
    const bytes = Math.min(PIECE - from, length - at)
    each((offset + at - from) / PIECE, from, bytes, at)
    at += bytes
  }
}

function read(offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  overPieces(offset, length, (number, from, count, at) => {
    piece(number).copy(bytes, at, from, from + count)
  })
  return bytes
}

function write(offset: number, data: Buffer): void {
  overPieces(offset, data.length, (number, from, count, at) => {
    const changed = Buffer.from(piece(number))
    data.copy(changed, from, at, at + count)
    cache.set(number, changed)
  })
}

function flush(): void {
  flushes++
  for (const [number, bytes] of cache) writeSync(platter, bytes, 0, PIECE, number * PIECE)
  cache.clear()
}

/** Whether there is no power any more. */
function isDead(): boolean {
  if (cut === undefined || cut === 'dead') return cut === 'dead'
  const isTime = cache.size >= cut.atPending || (cut.requestsLeft-- <= 0 && cache.size > 0)
  if (!isTime) return false
  const { random } = cut
  const share = [0, 0.1, 0.5, 0.9][Math.floor(random() * 4)] ?? 0
  let kept = 0
  for (const [number, bytes] of cache) {
    if (random() >= share) continue
    writeSync(platter, bytes, 0, PIECE, number * PIECE)
    kept++
  }
  cut = 'dead'
  process.send?.({ pending: cache.size, kept, flushes })
  return true
}

process.on('message', ({ cut: seed }: { cut: number }) => {
  const random = seeded(seed)
  const atPending = 1 + Math.floor(random() * MOST_PENDING)
  cut = { random, atPending, requestsLeft: MOST_REQUESTS }
})
process.on('disconnect', () => process.exit())

const GREETING = Buffer.concat([Buffer.from('NBDMAGICIHAVEOPT'), Buffer.from([0, 0b11])])
const OPTION = { exportName: 1, abort: 2, info: 6, go: 7 }
const REPLY_MAGIC = 0x3e889045565a9n
const REPLY = { ack: 1, info: 3, unsupported: 2 ** 31 + 1 }
/** Has flags, takes flushes. */
const FLAGS = 0b101
const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3 }
const EIO = 5
const EINVAL = 22

/** Hands out exactly as many bytes as asked for, from the socket as they come. */
function reader(socket: Socket) {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)
  return async (count: number): Promise<Buffer> => {
    while (rest.length < count) {
      const { value, done } = await chunks.next()
      if (done) throw new Error('the other side went away')
      rest = Buffer.concat([rest, value])
    }
    const bytes = rest.subarray(0, count)
    rest = rest.subarray(count)
    return bytes
  }
}

type Take = ReturnType<typeof reader>

/** False when the other side has thought better of it. */
async function negotiate(take: Take, socket: Socket): Promise<boolean> {
  socket.write(GREETING)
  await take(4)
  for (;;) {
    const head = await take(16)
    const option = head.readUInt32BE(8)
    await take(head.readUInt32BE(12))
    if (option === OPTION.abort) return false
    if (option === OPTION.exportName) {
      socket.write(exportInfo())
      return true
    }
    if (option !== OPTION.go && option !== OPTION.info) {
      socket.write(reply(option, REPLY.unsupported))
      continue
    }
    const info = Buffer.concat([Buffer.from([0, 0]), exportInfo()])
    socket.write(Buffer.concat([reply(option, REPLY.info, info), reply(option, REPLY.ack)]))
    if (option === OPTION.go) return true
  }
}

function exportInfo(): Buffer {
  const bytes = Buffer.alloc(10)
  bytes.writeBigUInt64BE(BigInt(sizeBytes))
  bytes.writeUInt16BE(FLAGS, 8)
  return bytes
}

function reply(option: number, type: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(20)
  head.writeBigUInt64BE(REPLY_MAGIC)
  head.writeUInt32BE(option, 8)
  head.writeUInt32BE(type, 12)
  head.writeUInt32BE(data.length, 16)
  return Buffer.concat([head, data])
}

async function serve(socket: Socket): Promise<void> {
  const take = reader(socket)
  if (!(await negotiate(take, socket))) return
  for (;;) {
    const head = await take(28)
    const command = head.readUInt16BE(6)
    const length = head.readUInt32BE(24)
    const data = command === COMMAND.write ? await take(length) : Buffer.alloc(0)
    if (command === COMMAND.disconnect) return
    const answer = Buffer.alloc(16)
    answer.writeUInt32BE(0x67446698)
    head.copy(answer, 8, 8, 16)
    const { error, bytes } = carriedOut(command, {
      offset: Number(head.readBigUInt64BE(16)),
      length,
      data,
    })
    answer.writeUInt32BE(error, 4)
    socket.write(bytes ? Buffer.concat([answer, bytes]) : answer)
  }
}

function carriedOut(
  command: number,
  { offset, length, data }: { offset: number; length: number; data: Buffer },
): { error: number; bytes?: Buffer } {
  if (isDead()) return { error: EIO }
  if (command === COMMAND.read) return { error: 0, bytes: read(offset, length) }
  if (command === COMMAND.write) write(offset, data)
  else if (command === COMMAND.flush) flush()
  else return { error: EINVAL }
  return { error: 0 }
}

createServer((socket) => {
  socket.on('error', () => {})
  serve(socket).then(
    () => socket.end(),
    () => socket.destroy(),
  )
}).listen(socketPath, () => process.send?.('ready'))
