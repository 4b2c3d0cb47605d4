import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { serveOne, serveOneAlone } from '../../config/readers.ts'

// Reads files for a worker that may not do so itself: the other side of `sandbox = socket`.
// Without arguments one connection, which is descriptors 0 and 1: so systemd starts it. With
// `--listen PATH` all that come, each with a parser of its own: so a container without a network runs
// it. `--alone` after it says that this process and an init are all that container has, so that what
// has no parent is what a parser left. Only plain reads and writes in the first: a unit without network
// calls allows no others.

const [way, path, company] = process.argv.slice(2)

if (way === '--listen' && path !== undefined)
  await listen(path, company === '--alone' ? serveOneAlone : serveOne)
else await serveInherited()

async function serveInherited(): Promise<void> {
  const input = createReadStream('', { fd: 0, autoClose: false })
  const output = createWriteStream('', { fd: 1, autoClose: false })
  await serveOne({ input, output })
  process.exit(0)
}

async function listen(path: string, serve: typeof serveOne): Promise<void> {
  // What a container left that was killed.
  await rm(path, { force: true })
  const server = createServer({ allowHalfOpen: true }, (line) => {
    line.on('error', () => {}) // The worker hung up; its parser is killed by that.
    serve({ input: line, output: line }).catch((error: unknown) => {
      console.error(error)
      line.destroy()
    })
  })
  server.listen(path)
  await chmod(path, 0o660)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0))
}
