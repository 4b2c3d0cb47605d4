import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { benchBox } from './upload-box.ts'
import { type BenchFile, connected, inLanes } from './upload-client.ts'

/** Somebody who stores files: answered means on the disk. */
export interface Peer {
  name: string
  store(files: readonly BenchFile[], lanes: number): Promise<void>
  /** Makes room for the next round. */
  clear(): Promise<void>
  stop(): Promise<void>
}

const HERE = import.meta.dirname
const run = promisify(execFile)

/** The product by its two ways in, each a peer. */
export async function onefold(): Promise<Peer[]> {
  const box = await benchBox()
  const clear = async () => {}
  return [
    { name: 'Onefold', store: box.storeAsTold, clear, stop: box.stop },
    { name: 'Onefold, a call each', store: box.storeInThree, clear, stop: async () => {} },
  ]
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
