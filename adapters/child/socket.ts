import { once } from 'node:events'
import { createReadStream, fstatSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
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

/** @throws Error when the other side hangs up before it has told how the parser ended */
async function converse(socket: Socket, task: Task, ears: Ears): Promise<End> {
  let stderr = ''
  let ended: End | undefined
  const read = frameReader((channel, payload) => {
    if (channel === CHANNEL.answer) ears.answer(payload)
    else if (channel === CHANNEL.talk) ears.talk(payload)
    else if (channel === CHANNEL.stderr) stderr = (stderr + text(payload)).slice(0, MAX_STDERR)
    else if (channel === CHANNEL.end)
      ended = { ...EndFrame.parse(JSON.parse(text(payload))), stderr }
  })
  const sent = send(socket, task)
  // The reader may hang up before it has the whole file; what it said until then counts.
  sent.catch(() => {})
  for await (const chunk of socket) {
    read(chunk)
    if (ended) return ended
  }
  await sent
  throw new Error(`the reader hung up. ${stderr}`)
}

async function send(socket: Socket, { fd, request, limits, readOnly, maxOutputBytes }: Task) {
  const { size: sizeBytes } = fstatSync(fd)
  const order = JSON.stringify({ request, limits, readOnly, maxOutputBytes, sizeBytes })
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(order))
  socket.write(Buffer.concat([length, Buffer.from(order)]))
  if (sizeBytes === 0) return
  const bytes = createReadStream('', { fd, start: 0, end: sizeBytes - 1, autoClose: false })
  await pipeline(bytes, socket, { end: false })
}

const text = (payload: Uint8Array) => Buffer.from(payload).toString()
