import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type FileHandle, open, readFile, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { hasSystemCode } from '../../core/errors.ts'
import { bareSandbox } from './bare.ts'
import { CHANNEL, frame } from './frames.ts'
import { MAX_STDERR, type Task } from './sandbox.ts'

const Order = z.object({
  request: z.string().max(10_000),
  sizeBytes: z.number().int().nonnegative(),
  maxOutputBytes: z.number().int().positive(),
  readOnly: z.array(z.string()),
  limits: z.object({
    memoryBytes: z.number().int().positive(),
    cpuSeconds: z.number().int().positive(),
    wallMs: z.number().int().positive(),
    processes: z.number().int().positive(),
    temporaryBytes: z.number().int().positive(),
  }),
})

const MAX_ORDER = 64 * 1024
const REFUSED_BYTES = 1024 * 1024

/** One connection, both ways. */
export interface Line {
  input: Readable
  output: Writable
}

/**
 * Answers one connection of `socketSandbox`: takes the file, runs one parser on it, and frames what
 * it says. Who is around this process has put up the walls. Ends the parser when the other side
 * hangs up.
 *
 * @param command as in `ChildOptions`
 */
export async function serveParser({ input, output }: Line, command: readonly string[]) {
  const bytes = take(input)
  const order = Order.parse(JSON.parse((await bytes.next(await orderLength(bytes))).toString()))
  const file = await spool(bytes, order.sizeBytes).catch(async (cause: unknown) => {
    if (isFull(cause)) await refuse(output, bytes)
    throw cause
  })
  output.write(frame(CHANNEL.start, Buffer.alloc(0)))
  const stop = new AbortController()
  const clock = setTimeout(() => stop.abort(), order.limits.wallMs)
  void bytes.over().then(() => stop.abort())
  let answered = 0
  const ears = {
    answer(chunk: Uint8Array) {
      answered += chunk.byteLength
      output.write(frame(CHANNEL.answer, chunk))
      if (answered > order.maxOutputBytes) stop.abort()
    },
    talk: (chunk: Uint8Array) => void output.write(frame(CHANNEL.talk, chunk)),
  }
  try {
    const task: Task = { ...order, command, fd: file.fd }
    const { stderr, ...end } = await bareSandbox.run(task, ears, stop.signal)
    output.write(frame(CHANNEL.stderr, Buffer.from(stderr.slice(0, MAX_STDERR))))
    output.end(frame(CHANNEL.end, Buffer.from(JSON.stringify(end))))
    await once(output, 'finish')
  } finally {
    clearTimeout(clock)
    await file.close()
  }
}

async function orderLength(bytes: Taker): Promise<number> {
  const length = (await bytes.next(4)).readUInt32BE()
  if (length > MAX_ORDER) throw new Error(`an order of ${length} bytes`)
  return length
}

const isFull = (cause: unknown) =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].some((code) => hasSystemCode(cause, code))

/** Says that there is no room, and listens on: who is hung up on while sending does not hear it. */
async function refuse(output: Writable, bytes: Taker): Promise<void> {
  output.write(frame(CHANNEL.noRoom, Buffer.alloc(0)))
  while (await bytes.some(REFUSED_BYTES).catch(() => undefined));
}

/** The file without a name, in the folder for temporary files. */
async function spool(bytes: Taker, sizeBytes: number): Promise<FileHandle> {
  await expectRoom(sizeBytes)
  const path = join(tmpdir(), `onefold-${randomUUID()}`)
  const written = await open(path, 'wx', 0o400)
  try {
    for (let left = sizeBytes; left > 0; ) {
      const chunk = await bytes.some(left)
      await written.appendFile(chunk)
      left -= chunk.length
    }
    return await open(path, 'r')
  } finally {
    await written.close()
    await rm(path)
  }
}

/**
 * Known before the first byte: a file beyond the limit of one would end this process with a signal.
 *
 * @throws Error with code ENOSPC
 */
async function expectRoom(sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir())
  const limits = await readFile('/proc/self/limits', 'latin1').catch(() => '')
  const largest = /^Max file size +(\d+)/m.exec(limits)?.[1]
  if (sizeBytes <= Math.min(bavail * bsize, Number(largest ?? Infinity))) return
  throw Object.assign(new Error(`no room for ${sizeBytes} bytes`), { code: 'ENOSPC' })
}

interface Taker {
  /** Exactly so many bytes. @throws Error when there are no more */
  next(length: number): Promise<Buffer>
  /** At least one byte, at most so many. */
  some(most: number): Promise<Buffer>
  /** Resolves when nothing more can come. */
  over(): Promise<void>
}

/** Takes from a stream piece by piece; whoever sends is made to wait meanwhile. */
function take(input: Readable): Taker {
  let rest = Buffer.alloc(0)
  const chunks = input[Symbol.asyncIterator]()

  const some = async (most: number): Promise<Buffer> => {
    if (rest.length === 0) {
      const { done, value } = await chunks.next()
      if (done) throw new Error('the caller hung up')
      rest = value
    }
    const taken = rest.subarray(0, most)
    rest = rest.subarray(taken.length)
    return taken
  }

  return {
    some,
    async next(length) {
      const pieces: Buffer[] = []
      for (let left = length; left > 0; left -= pieces.at(-1)?.length ?? 0) {
        pieces.push(await some(left))
      }
      return Buffer.concat(pieces)
    },
    async over() {
      // Nothing is said after the file, so whatever comes is the end.
      await chunks.next().catch(() => {})
    },
  }
}
