import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { crc32c } from '../core/crc32c.ts'
import { startBox } from '../tests/flows/running-box.ts'
import { type BenchFile, client, inLanes, type Send } from './upload-client.ts'

/** Somebody who stores files: answered means on the disk. */
export interface Peer {
  name: string
  store(files: readonly BenchFile[], lanes: number): Promise<void>
  /** Makes room for the next round. */
  clear(): Promise<void>
  stop(): Promise<void>
  /** Memory of its server before the first file, and at most, in bytes. */
  memory?(): Promise<{ idle: number; peak: number }>
}

const HERE = import.meta.dirname
const PART_BYTES = 8 * 2 ** 20
const run = promisify(execFile)

/** The product, its worker stopped: what is measured is storing. */
export async function onefold(): Promise<Peer[]> {
  const box = await startBox({ ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES) })
  const { server = 0, worker = 0 } = await box.pids()
  process.kill(worker, 'SIGSTOP')
  const wish = { name: 'bench', scopes: ['read', 'write'] }
  const made = await box.json<{ token: string }>('/api/v1/tokens', { method: 'POST', body: wish })
  const authorization = { authorization: `Bearer ${made.token}` }
  const with_ = (lanes: number, work: (send: Send) => Promise<void>) =>
    connected(box.url, lanes, (send) =>
      work((method, path, given = {}) =>
        send(method, path, { ...given, headers: { ...authorization, ...given.headers } }),
      ),
    )
  const idle = await memoryOf(server, 'VmRSS')
  const memory = async () => ({ idle, peak: await memoryOf(server, 'VmHWM') })
  const shared = { clear: async () => {}, memory }
  return [
    {
      ...shared,
      name: 'Onefold',
      store: (files, lanes) => with_(lanes, (send) => storeAsTold(send, files, lanes)),
      async stop() {
        process.kill(worker, 'SIGCONT')
        await box.stop()
      },
    },
    {
      ...shared,
      name: 'Onefold, a call each',
      store: (files, lanes) =>
        with_(lanes, (send) => inLanes(files, lanes, (file) => storeInThree(send, file))),
      stop: async () => {},
    },
  ]
}

interface Asked {
  doc_id: string
  s3_presigned_url: string
  parts: number | null
}

/** Many in one batch, small ones with their bytes, large ones in parts: as the page does. */
async function storeAsTold(send: Send, files: readonly BenchFile[], lanes: number): Promise<void> {
  for (let from = 0; from < files.length; from += 500) {
    const some = files.slice(from, from + 500)
    const { items } = await json<{ items: { upload: Asked }[] }>(send, '/api/v1/uploads/batch', {
      files: some.map(wishOf),
    })
    const pairs = some.map((file, index) => ({ file, asked: items[index]?.upload }))
    await inLanes(pairs, lanes, async ({ file, asked }) => {
      if (!asked) throw new Error(`no address for ${file.name}`)
      if (asked.parts !== null) return storeParts(send, file, asked)
      await send('PUT', `${asked.s3_presigned_url}?complete=1`, { body: file.bytes })
    })
  }
}

async function storeParts(send: Send, { bytes }: BenchFile, asked: Asked): Promise<void> {
  const numbers = Array.from({ length: asked.parts ?? 0 }, (_, index) => index)
  await inLanes(numbers, 3, async (index) => {
    const body = bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES)
    const headers = { 'x-part-crc32c': crc32c(body).toString(16).padStart(8, '0') }
    await send('PUT', `${asked.s3_presigned_url}?part=${index + 1}`, { body, headers })
  })
  await json(send, '/upload/complete', { doc_id: asked.doc_id })
}

/** Request, all bytes whole, complete. */
async function storeInThree(send: Send, file: BenchFile): Promise<void> {
  const asked = await json<Asked>(send, '/upload/request', wishOf(file))
  await send('PUT', asked.s3_presigned_url, { body: file.bytes })
  await json(send, '/upload/complete', { doc_id: asked.doc_id })
}

const wishOf = ({ name, bytes, digest }: BenchFile) => ({
  doc_name: name,
  file_size: bytes.length,
  doc_hash_256: digest,
})

async function json<T>(send: Send, path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return JSON.parse((await send('POST', path, { headers, body: JSON.stringify(body) })).text)
}

/** `bench/upload-probe.ts`. */
export async function probe(folder: string): Promise<Peer> {
  const started = await startNode([join(HERE, 'upload-probe.ts'), folder], {})
  return {
    name: 'bare Node probe of the duty',
    store: (files, lanes) => putAll(started.url, files, lanes),
    clear: () => emptied(join(folder, 'files')),
    stop: started.stop,
  }
}

/** WebDAV of nginx; neither hashes nor catalogs. */
export async function nginx(program: string, folder: string, preload: string): Promise<Peer> {
  const port = await freePort()
  const files = join(folder, 'files')
  await mkdir(files, { recursive: true })
  await mkdir(join(folder, 'body'))
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 2; user root;
    events {} http { access_log off; keepalive_requests 100000; client_body_temp_path ${folder}/body;
    fastcgi_temp_path ${folder}/f; proxy_temp_path ${folder}/p; scgi_temp_path ${folder}/s;
    uwsgi_temp_path ${folder}/u; server { listen 127.0.0.1:${port}; root ${files};
    client_max_body_size 0; location / { dav_methods PUT; } } }`,
  )
  const env = { ...process.env, LD_PRELOAD: preload }
  const child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf')], { env })
  const url = `http://127.0.0.1:${port}`
  await answers(url)
  return {
    name: 'nginx PUT, synced by preload',
    store: (these, lanes) => putAll(url, these, lanes),
    clear: () => emptied(files),
    stop: () => ended(child),
  }
}

/** @tus/server; hashes nothing. */
export async function tus(installed: string, folder: string, preload: string): Promise<Peer> {
  await mkdir(folder, { recursive: true })
  const env = { LD_PRELOAD: preload }
  const started = await startNode([join(HERE, 'upload-tus.ts'), installed, folder], env)
  return {
    name: '@tus/server, synced by preload',
    store: (files, lanes) =>
      connected(started.url, lanes, (send) =>
        inLanes(files, lanes, ({ bytes }) =>
          send('POST', '/files', {
            headers: {
              'tus-resumable': '1.0.0',
              'upload-length': String(bytes.length),
              'content-type': 'application/offset+octet-stream',
            },
            body: bytes,
          }),
        ),
      ),
    clear: () => emptied(folder),
    stop: started.stop,
  }
}

/** CNCF distribution: a content store by SHA-256, nearest to the duty. */
export async function registry(program: string, folder: string): Promise<Peer> {
  const port = await freePort()
  const blobs = join(folder, 'blobs')
  await mkdir(blobs, { recursive: true })
  const config = join(folder, 'config.yml')
  await writeFile(
    config,
    `version: 0.1\nlog: { level: error, accesslog: { disabled: true } }\nstorage: { filesystem: ` +
      `{ rootdirectory: ${blobs} } }\nhttp: { addr: 127.0.0.1:${port} }\n`,
  )
  const child = spawn(program, ['serve', config])
  const url = `http://127.0.0.1:${port}`
  await answers(`${url}/v2/`)
  return {
    name: 'CNCF distribution',
    store: (files, lanes) =>
      connected(url, lanes, (send) =>
        inLanes(files, lanes, async ({ bytes, digest }) => {
          const begun = await send('POST', '/v2/bench/blobs/uploads/')
          const to = new URL(String(begun.headers.location), url)
          to.searchParams.set('digest', `sha256:${digest}`)
          const headers = { 'content-type': 'application/octet-stream' }
          await send('PUT', to.pathname + to.search, { headers, body: bytes })
        }),
      ),
    clear: () => emptied(blobs),
    stop: () => ended(child),
  }
}

/** The preload that makes others sync; undefined without a C compiler. */
export async function compilePreload(folder: string): Promise<string | undefined> {
  const path = join(folder, 'sync-on-close.so')
  const args = ['-shared', '-fPIC', '-o', path, join(HERE, 'sync-on-close.c'), '-ldl']
  return run('cc', args).then(
    () => path,
    () => undefined,
  )
}

/** Where a program is; undefined when it is nowhere. */
export async function programAt(...paths: (string | undefined)[]): Promise<string | undefined> {
  for (const path of paths) {
    if (
      path &&
      (await access(path).then(
        () => true,
        () => false,
      ))
    )
      return path
  }
  return undefined
}

const putAll = (url: string, files: readonly BenchFile[], lanes: number) =>
  connected(url, lanes, (send) =>
    inLanes(files, lanes, ({ name, bytes }) => send('PUT', `/${name}`, { body: bytes })),
  )

async function connected(
  url: string,
  lanes: number,
  work: (send: Send) => Promise<void>,
): Promise<void> {
  const { send, close } = client(url, lanes)
  await work(send).finally(close)
}

async function startNode(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { url, stop: () => ended(child) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nobody answers at ${url}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

async function emptied(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) * 1024
}
