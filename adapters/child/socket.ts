import { once } from 'node:events'
import { fstatSync, read } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { z } from 'zod'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { CHANNEL, frameReader } from './frames.ts'
import { type Ears, type End, MAX_STDERR, type Sandbox, type Task } from './sandbox.ts'

/**
 * Walls that somebody else puts up, behind a unix socket: systemd, which starts a process for every
 * connection, or a container without a network. Sent are the length of a request (4 bytes,
 * big-endian), the request, and the file's bytes; frames come back. Hanging up ends the parser.
 */
export const socketSandbox = (path: string): Sandbox => ({
  kind: 'socket',
  async run(task, ears, stop) {
    const socket = connect(path)
    let patience: NodeJS.Timeout | undefined
    const hangUp = () => {
      // The other side kills the parser, and says so.
      socket.end()
      patience = setTimeout(() => socket.destroy(), PATIENCE_MS)
    }
    stop.addEventListener('abort', hangUp)
    try {
      await once(socket, 'connect', { signal: stop })
      return await converse(socket, task, ears)
    } catch (cause) {
      if (stop.aborted) return STOPPED
      if (cause instanceof AppError) throw cause
      throw new AppError('unavailable', 'The file reader could not be reached.', { cause })
    } finally {
      stop.removeEventListener('abort', hangUp)
      clearTimeout(patience)
      socket.destroy()
    }
  },
})

/** How long the other side may take to kill a parser. */
const PATIENCE_MS = 5_000
const STOPPED: End = { exitCode: null, signal: 'SIGKILL', stderr: '' }

const EndFrame = z.object({
  exitCode: z.number().int().nullable(),
  signal: z
    .enum(['SIGKILL', 'SIGXCPU', 'SIGABRT', 'SIGSEGV', 'SIGTERM'])
    .nullable()
    .catch('SIGKILL'),
})

/**
 * A reader that hangs up once the parser runs was ended with it, by the kernel for memory or by whoever
 * guards the walls: the file is to blame, as far as one can see.
 *
 * @throws Error when the other side hangs up before the parser started
 * @throws AppError `unavailable` (reason `READER_FULL`) when it has no room for the file
 */
async function converse(socket: Socket, task: Task, ears: Ears): Promise<End> {
  let stderr = ''
  let started = false
  let ended: End | undefined
  const take = frameReader((channel, payload) => {
    if (channel === CHANNEL.answer) ears.answer(payload)
    else if (channel === CHANNEL.talk) ears.talk(payload)
    else if (channel === CHANNEL.stderr) stderr = (stderr + text(payload)).slice(0, MAX_STDERR)
    else if (channel === CHANNEL.start) started = true
    else if (channel === CHANNEL.noRoom) throw full(fstatSync(task.fd).size)
    else if (channel === CHANNEL.end)
      ended = { ...EndFrame.parse(JSON.parse(text(payload))), stderr }
  })
  const over = new AbortController()
  // The reader may hang up before it has the whole file; what it said until then counts. A socket that
  // is gone before its first bytes are written tells the writer nothing: it is told to stop.
  send(socket, task, over.signal).catch(() => {})
  try {
    for await (const chunk of socket) {
      take(chunk)
      if (ended) return ended
    }
  } catch (cause) {
    // Bytes that nobody took tell of a hang-up before the end does.
    if (!started || !isHangUp(cause)) throw cause
  } finally {
    over.abort()
  }
  if (started) return { exitCode: null, signal: null, stderr }
  throw new Error(`the reader hung up. ${stderr}`)
}

const isHangUp = (cause: unknown) =>
  hasSystemCode(cause, 'ECONNRESET') || hasSystemCode(cause, 'EPIPE')

const full = (sizeBytes: number) =>
  new AppError(
    'unavailable',
    `The file reader has no room for a copy of this file (${Math.ceil(sizeBytes / MIB)} MiB). Ask your administrator to give it more.`,
    { reason: 'READER_FULL' },
  )

const MIB = 1024 * 1024
const READ_BYTES = 256 * 1024

async function send(socket: Socket, task: Task, signal: AbortSignal): Promise<void> {
  const { fd, request, limits, readOnly, maxOutputBytes } = task
  const { size: sizeBytes } = fstatSync(fd)
  const order = JSON.stringify({ request, limits, readOnly, maxOutputBytes, sizeBytes })
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(order))
  socket.write(Buffer.concat([length, Buffer.from(order)]))
  if (sizeBytes === 0) return
  await pipeline(bytesOf(fd, sizeBytes), socket, { end: false, signal })
}

const readAt = promisify(read)

/** Not a stream of the file system: one that is broken off closes the descriptor, which is not ours. */
async function* bytesOf(fd: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; ) {
    const most = Math.min(READ_BYTES, sizeBytes - at)
    const { bytesRead, buffer } = await readAt(fd, Buffer.allocUnsafe(most), 0, most, at)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

const text = (payload: Uint8Array) => Buffer.from(payload).toString()
