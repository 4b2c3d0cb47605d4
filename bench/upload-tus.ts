import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/*
 * @tus/server with its file store, from a folder where npm has installed them.
 *
 *   node bench/upload-tus.ts <folder with node_modules> <folder for files>      prints its address
 */

interface Tus {
  Server: new (options: object) => { handle: Parameters<typeof createServer>[1] }
  FileStore: new (options: object) => object
}

const [installed = '.', folder = '.'] = process.argv.slice(2)
const from = createRequire(join(installed, 'package.json'))
const { Server } = (await import(from.resolve('@tus/server'))) as Tus
const { FileStore } = (await import(from.resolve('@tus/file-store'))) as Tus
const tus = new Server({ path: '/files', datastore: new FileStore({ directory: folder }) })
const server = createServer((incoming, answer) => tus.handle?.(incoming, answer as never))
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
