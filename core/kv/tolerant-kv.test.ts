import { expect, it, onTestFinished } from 'vitest'
import { memoryKv } from '../../adapters/memory/kv.ts'
import { redisKv } from '../../adapters/redis/kv.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { REDIS_PROGRAMS, redisServer } from '../../tests/redis-server.ts'
import type { Kv, Log } from '../ports/index.ts'
import { tolerantKv } from './tolerant-kv.ts'

const program = REDIS_PROGRAMS.Redis
const BUCKET = { points: 3, fillMs: 3_600_000 }

async function world() {
  const server = await redisServer(program ?? '')
  const clock = manualClock()
  const lines: string[] = []
  const log: Log = {
    info: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    error: (line) => lines.push(line),
    child: () => log,
  }
  const kv = tolerantKv(redisKv(server.url), { spare: memoryKv(clock), clock, log })
  onTestFinished(async () => {
    await kv.close()
    await server.stop()
  })
  return { server, clock, lines, kv }
}

it.skipIf(!program).each(['gone', 'hanging'])('goes on while the server is %s', async (how) => {
  const { server, clock, lines, kv } = await world()
  await kv.put('k', 'v', 3_600_000)
  expect(await kv.get('k')).toBe('v')
  if (how === 'gone') await server.kill()
  else server.pause()

  expect(await kv.get('k')).toBeUndefined()
  await expect(kv.put('k', 'w', 1)).rejects.toMatchObject({ code: 'unavailable' })
  const waits = await Promise.all([1, 2, 3, 4].map(() => kv.take('t', 1, BUCKET)))
  expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
  await expect(kv.check()).rejects.toMatchObject({
    message: expect.stringMatching(/KeyDB does not answer .*ONEFOLD_KEYDB_URL/),
  })
  expect(lines).toHaveLength(1)

  if (how === 'gone') await server.start()
  else server.resume()
  await expect
    .poll(() => kv.check().then(() => 'answers', String), { timeout: 30_000 })
    .toBe('answers')
  clock.advance(1_000)
  expect(await kv.get('k')).toBe(how === 'gone' ? undefined : 'v')
  expect(lines).toEqual([lines[0], 'KeyDB answers again.'])
})

it('asks a server that does not answer once a second, not with every call', async () => {
  const clock = manualClock()
  let asked = 0
  const never: Kv = {
    ...memoryKv(clock),
    get() {
      asked++
      return new Promise(() => {})
    },
  }
  const log: Log = { info() {}, warn() {}, error() {}, child: () => log }
  const kv = tolerantKv(never, { spare: memoryKv(clock), clock, log, patienceMs: 5 })
  for (let i = 0; i < 50; i++) expect(await kv.get('k')).toBeUndefined()
  expect(asked).toBe(1)
  clock.advance(1_000)
  await kv.get('k')
  expect(asked).toBe(2)
})
