import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ONEFOLD = join(import.meta.dirname, 'onefold.ts')
const DOORS = ['server', 'watcher', 'worker']
let folder: string
let box: Box

/** `onefold all` in a process of its own. */
interface Box {
  process: ChildProcess
  pid: number
  lines: string[]
  url: string
  exited: Promise<number | null>
}

function launch(dataDir: string, port = 0): Box {
  const child = spawn(process.execPath, [ONEFOLD, 'all'], {
    env: {
      PATH: process.env.PATH,
      ONEFOLD_DATA_DIR: join(folder, dataDir),
      ONEFOLD_PORT: String(port),
      ONEFOLD_EMBEDDER: 'builtin',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  }
  const exited = once(child, 'exit').then(([code]) => code)
  return { process: child, pid: child.pid ?? 0, lines, url: '', exited }
}

const READY = 'Onefold is ready: '

async function start(dataDir: string): Promise<Box> {
  const started = launch(dataDir)
  const line = await until(`ready:\n${started.lines.join('\n')}`, () =>
    started.lines.find((each) => each.startsWith(READY)),
  )
  return { ...started, url: line.slice(READY.length) }
}

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const found = look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await sleep(20)
  }
}

/** The doors that run under `parent`, by name. */
function doorsOf(parent: number): Record<string, number> {
  const doors: Record<string, number> = {}
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${pid}/stat`)
    // Options of Node stand before the program.
    const name = read(`/proc/${pid}/cmdline`)
      .split('\0')
      .filter((arg) => DOORS.includes(arg))[0]
    const isOurs = Number(stat.split(') ')[1]?.split(' ')[1]) === parent
    if (isOurs && name) doors[name] = Number(pid)
  }
  return doors
}

/** A process can be gone before it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const isRunning = (pid: number) => /^State:\s+[^Z]/m.test(read(`/proc/${pid}/status`))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-all-'))
  box = await start('data')
})
afterAll(() => {
  box.process.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

describe('onefold all', () => {
  it('says where it is and how to sign in, and is there', async () => {
    const password = read(join(folder, 'data/initial-admin-password')).trim()
    await until('the password', () => box.lines.some((line) => line.includes(password)))
    expect(box.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await fetch(`${box.url}/healthz`)).toMatchObject({ status: 200 })
    expect(await fetch(`${box.url}/readyz`)).toMatchObject({ status: 200 })
    expect(Object.keys(doorsOf(box.pid)).toSorted()).toEqual(DOORS)
  })

  it('starts a door again that was killed', async () => {
    const { worker } = doorsOf(box.pid)
    process.kill(worker ?? Number.NaN, 'SIGKILL') // 0 would be everybody here
    await until('another worker', () => {
      const now = doorsOf(box.pid).worker
      return now !== undefined && now !== worker
    })
    expect(box.lines).toContainEqual(expect.stringContaining('worker ended (signal SIGKILL)'))
  })

  it('refuses to start twice on one folder, and names the process', async () => {
    const second = launch('data')
    expect(await second.exited).toBe(4)
    expect(second.lines.join()).toContain(`(process ${box.pid})`)
  })

  it('says so when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = address instanceof Object ? address.port : 0
    const second = launch('other', port)
    expect(await second.exited).toBe(4)
    expect(second.lines.join()).toContain(`Port ${port} of 127.0.0.1 is taken`)
    other.close()
  })

  it('stops everything in good order when told to', async () => {
    const doors = Object.values(doorsOf(box.pid))
    expect(doors).toHaveLength(3)
    box.process.kill('SIGTERM')
    expect(await box.exited).toBe(0)
    expect(doors.filter(isRunning)).toEqual([])
  })

  it('starts again on the same folder without a new password, and leaves no door open when killed', async () => {
    box = await start('data')
    expect(box.lines.join()).not.toContain('Sign in as')
    const doors = Object.values(doorsOf(box.pid))
    box.process.kill('SIGKILL')
    await until('the doors to close', () => !doors.some(isRunning))
  })
})
