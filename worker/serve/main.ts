import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { serveOne } from '../../config/readers.ts'

// Reads files for a worker that may not do so itself: the other side of `sandbox = socket`.
// Without arguments one connection, which is descriptors 0 and 1: so systemd starts it. With
// `--listen PATH` all that come, each with a parser of its own: so a container without a network runs
// it. Only plain reads and writes in the first: a unit without network calls allows no others.

const [way, path] = process.argv.slice(2)

if (way === '--listen' && path !== undefined) await listen(path)
else await serveInherited()

async function serveInherited(): Promise<void> {
  const input = createReadStream('', { fd: 0, autoClose: false })
  const output = createWriteStream('', { fd: 1, autoClose: false })
  await serveOne({ input, output })
  process.exit(0)
}

async function listen(path: string): Promise<void> {
  // What a container left that was killed.
  await rm(path, { force: true })
  const server = createServer({ allowHalfOpen: true }, (line) => {
    line.on('error', () => {}) // The worker hung up; its parser is killed by that.
    serveOne({ input: line, output: line }).catch((error: unknown) => {
      console.error(error)
      line.destroy()
    })
  })
  server.listen(path)
  await chmod(path, 0o660)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0))
}
