import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { COMPILED } from '../compiled.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const ONEFOLD = join(ROOT, 'scripts', 'onefold.ts')
const run = promisify(execFile)
const PASSWORD = 'flow-test-password'

/** The whole product, started as people start it, on a data folder and a port of its own. */
export interface RunningBox {
  url: string
  dataDir: string
  /** Process ids by name, as the supervisor started them last. */
  pids(): Promise<Record<string, number>>
  /** Calls the API as somebody, by token; the first account unless said otherwise. */
  call(path: string, options?: CallOptions): Promise<Response>
  json<T = Record<string, unknown>>(path: string, options?: CallOptions): Promise<T>
  /** A token of a new account without any rights. */
  addPerson(username: string): Promise<{ id: string; token: string }>
  /** Runs an `onefold` command on the data folder and reads its JSON. */
  onefold(...args: string[]): Promise<unknown>
  log(): string
  stop(): Promise<number | null>
}

export interface CallOptions {
  method?: string
  body?: unknown
  raw?: BodyInit
  token?: string
  headers?: Record<string, string>
}

/** Starts the box; `options` add to its environment. Ends with `stop`, which the test must call. */
export async function startBox(options: Record<string, string> = {}): Promise<RunningBox> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onefold-box-'))
  const env = {
    PATH: process.env.PATH,
    ONEFOLD_DATA_DIR: dataDir,
    ONEFOLD_PORT: '0',
    ONEFOLD_ADMIN_PASSWORD: PASSWORD,
    ONEFOLD_SETTLE_MS: '300',
    ONEFOLD_SCAN_INTERVAL_MS: '2000',
    NODE_COMPILE_CACHE: COMPILED,
    ...options,
  }
  const child = spawn(process.execPath, [ONEFOLD, 'all'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const url = await readyUrl(child, lines)
  const admin = await signIn(url, 'admin', PASSWORD)
  const call = (path: string, options: CallOptions = {}) =>
    request(url, path, { token: admin, ...options })
  return {
    url,
    dataDir,
    call,
    log: () => lines.join('\n'),
    async json<T>(path: string, options?: CallOptions) {
      const response = await call(path, options)
      const text = await response.text()
      if (!response.ok)
        throw new Error(`${options?.method ?? 'GET'} ${path}: ${response.status} ${text}`)
      return JSON.parse(text || 'null') as T
    },
    async addPerson(username) {
      const body = { username, password: PASSWORD, display_name: username }
      const made = await call('/api/v1/users', { method: 'POST', body })
      const { id } = (await made.json()) as { id: string }
      return { id, token: await signIn(url, username, PASSWORD) }
    },
    async onefold(...args) {
      const { stdout } = await run(process.execPath, [ONEFOLD, ...args, '--json'], { env })
      return JSON.parse(stdout)
    },
    pids: () => childPids(child.pid ?? 0),
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      await rm(dataDir, { recursive: true, force: true })
      return child.exitCode
    },
  }
}

function readyUrl(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        const ready = /Onefold is ready: (http:\S+)/.exec(line)?.[1]
        if (ready) resolve(ready)
      })
    }
    child.on('exit', (code) => reject(new Error(`exit ${code}\n${lines.slice(-30).join('\n')}`)))
  })
}

async function signIn(url: string, username: string, password: string): Promise<string> {
  const signedIn = await request(url, '/api/v1/session', {
    method: 'POST',
    body: { username, password },
  })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const made = await request(url, '/api/v1/tokens', {
    method: 'POST',
    body: { name: 'flow', scopes: ['read', 'write', 'admin'] },
    headers: { cookie, origin: url },
  })
  const { token } = (await made.json()) as { token: string }
  return token
}

function request(url: string, path: string, options: CallOptions): Promise<Response> {
  const { method = 'GET', body, raw, token, headers } = options
  return fetch(new URL(path, url), {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(raw !== undefined && { body: raw, duplex: 'half' }),
  })
}

/** Children of the supervisor, by the door they run. */
async function childPids(parent: number): Promise<Record<string, number>> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')
  const named: Record<string, number> = {}
  for (const pid of children.split(' ').filter(Boolean)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const name = /onefold\.ts\0(server|worker|watcher)/.exec(command)?.[1]
    if (name) named[name] = Number(pid)
  }
  return named
}

/** Asks again and again until `probe` gives something, or fails after `timeoutMs`. */
export async function eventually<T>(
  probe: () => Promise<T | undefined | false | null>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`nothing after ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
