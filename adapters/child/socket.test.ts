import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { CHANNEL, frame } from './frames.ts'
import { runParser } from './run.ts'
import { socketSandbox } from './socket.ts'

const MIB = 1024 * 1024
const MAIN = join(import.meta.dirname, '..', '..', 'worker', 'serve', 'main.ts')

async function read(path: string, sizeBytes: number): Promise<Uint8Array> {
  const { fd } = await fileOf(Buffer.alloc(sizeBytes, 'x'))
  const limits = { memoryBytes: 200 * MIB, cpuSeconds: 10, wallMs: 60_000 }
  const options = { command: [], limits, sandbox: async () => socketSandbox(path) }
  return runParser(options, { fd, request: {}, maxOutputBytes: MIB })
}

/** A reader that does what it is told to with the first bytes that come. */
async function reader(first: (line: Socket) => void): Promise<string> {
  const path = join(await temporaryFolder(), 'extract.sock')
  const server = createServer((line) => {
    line.on('error', () => {})
    line.once('data', () => first(line))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => void server.close())
  return path
}

it('takes a reader that is ended while the parser runs for the death of the parser', async () => {
  const path = await reader((line) => {
    line.write(frame(CHANNEL.start, Buffer.alloc(0)), () => line.destroy())
  })
  // An empty file is one write: a second one would fail, and take the answer along.
  await expect(read(path, 0)).rejects.toMatchObject({ code: 'internal', reason: 'PARSER_DIED' })
})

it('does not blame a file for a reader that was gone before it had the file', async () => {
  const path = await reader((line) => line.destroy())
  await expect(read(path, 5 * MIB)).rejects.toMatchObject({ code: 'unavailable' })
})

it('says that the reader has no room for a copy of the file', async () => {
  const path = join(await temporaryFolder(), 'extract.sock')
  const limited = ['--fsize=65536', process.execPath, MAIN, '--listen', path]
  const readers = spawn('prlimit', limited, { stdio: 'ignore' })
  onTestFinished(() => void readers.kill('SIGKILL'))
  await expect.poll(() => existsSync(path), { timeout: 60_000 }).toBe(true)
  await expect(read(path, 5 * MIB)).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'READER_FULL',
    message: expect.stringContaining('5 MiB'),
  })
}, 120_000)
