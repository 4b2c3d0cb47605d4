import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

/*
 * The least that does what an upload here is: hash, write, sync, a row in SQLite. Nobody is asked who
 * they are, nothing is understood, and a crash may leave anything.
 *
 *   node bench/upload-probe.ts <folder>      prints its address
 */

const folder = process.argv[2] ?? '.'
await mkdir(join(folder, 'files'), { recursive: true })
const db = new Sqlite(join(folder, 'rows.sqlite'))
db.pragma('journal_mode = wal')
db.pragma('synchronous = full')
db.exec('create table if not exists files (digest text, name text, size integer)')
const insert = db.prepare('insert into files values (?, ?, ?)')

async function store(incoming: IncomingMessage): Promise<void> {
  const path = join(folder, 'files', randomUUID())
  const hash = createHash('sha256')
  const file = await open(path, 'wx')
  let size = 0
  for await (const chunk of incoming) {
    hash.update(chunk)
    await file.appendFile(chunk)
    size += chunk.length
  }
  await file.sync()
  await file.close()
  const digest = hash.digest('hex')
  await rename(path, join(folder, 'files', digest))
  const directory = await open(join(folder, 'files'))
  await directory.sync()
  await directory.close()
  insert.run(digest, incoming.url, size)
}

const server = createServer(async (incoming, answer) => {
  await store(incoming)
  answer.end('{}')
})
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
