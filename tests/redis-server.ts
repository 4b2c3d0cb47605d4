import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { eventually } from './flows/running-box.ts'

/** A real server of the Redis protocol on a port and a folder of its own. */
export interface RedisServer {
  url: string
  /** Asks it past the product. */
  client: Redis
  /** Stands still without being gone, as a server in trouble does; and goes on. */
  pause(): void
  resume(): void
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Programs by the name of their suite; undefined where there is none on this machine. */
export const REDIS_PROGRAMS: Record<string, string | undefined> = {
  Redis: isProgram('redis-server') ? 'redis-server' : undefined,
  Valkey: process.env.ONEFOLD_TEST_VALKEY,
  KeyDB: process.env.ONEFOLD_TEST_KEYDB,
}

/** @param program name or path of the server */
export async function redisServer(program: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}/0`
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50 })
  client.on('error', () => {}) // it is killed on purpose
  let child: ChildProcess | undefined

  async function start() {
    const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    child = spawn(program, args, { stdio: 'ignore' })
    await eventually(async () => (await client.ping().catch(() => undefined)) === 'PONG')
  }

  async function kill() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  await start()
  return {
    url,
    client,
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async stop() {
      client.disconnect()
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return address instanceof Object ? address.port : 0
}

function isProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
}
