import { writeSync } from 'node:fs'
import { inspect } from 'node:util'
import { parsers } from '../../config/parsers.ts'
import { hasSystemCode } from '../../core/errors.ts'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { answerRequest, readRequest, type Tell } from './answer.ts'
import { blame } from './blame.ts'

/** Third channel: one JSON value per line, read by `adapters/child/talk.ts`. */
const say = (line: Record<string, unknown>) => writeAll(3, Buffer.from(`${JSON.stringify(line)}\n`))

/**
 * Writes all of it, however slowly the parent reads. A library that as much as looks at
 * `process.stdout` makes the pipe refuse (EAGAIN) instead of wait.
 */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (!hasSystemCode(error, 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }
  }
}

const tell: Tell = {
  progress: (progress) => say({ progress }),
  segments: (segments, untilMs) => say({ segments, untilMs }),
}

// The answer alone goes to the first channel, whatever a library has to say.
for (const way of ['log', 'info', 'debug', 'warn'] as const) console[way] = console.error

// Before the file is looked at: from here on, however this ends, it is the parser that ended.
say({ started: true })

try {
  const request = readRequest(process.argv.at(-1) ?? '')
  const file = parserFile(0, request.mediaType)
  const answer = await answerRequest(parsers, { request, file }, tell)
  writeAll(1, answer)
  say({ done: true })
} catch (error) {
  const failed = blame(error)
  if (!failed) throw error
  // What really happened, for IT; the parent keeps it as the cause.
  writeAll(2, Buffer.from(inspect(error, { depth: 4 })))
  say({ failed })
}
// Parsers may leave timers and threads behind; there is nothing left that is worth waiting for.
process.exit(0)
