import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { kvContract } from '../../tests/contracts/kv.ts'
import { REDIS_PROGRAMS, type RedisServer, redisServer } from '../../tests/redis-server.ts'
import { redisKv } from './kv.ts'

describe.each(Object.entries(REDIS_PROGRAMS))('a %s server', (name, program) => {
  let server: RedisServer
  beforeAll(async () => {
    if (program) server = await redisServer(program)
  })
  afterAll(() => server?.stop())

  describe.skipIf(!program)(program ? 'here' : `${name} is not on this machine`, () => {
    const open = async () => {
      await server.client.flushall()
      const kv = redisKv(server.url)
      onTestFinished(() => kv.close())
      return kv
    }

    kvContract(name, open)

    it('keeps everything under one prefix, with an end', async () => {
      const kv = await open()
      await kv.put('v', 'x', 60_000)
      await kv.take('t', 1, { points: 5, fillMs: 60_000 })
      const keys = await server.client.keys('*')
      expect(keys.toSorted()).toEqual(['onefold:t', 'onefold:v'])
      for (const key of keys) expect(await server.client.pttl(key)).toBeGreaterThan(0)
    })

    it('takes a bucket that cannot be for an empty one', async () => {
      const kv = await open()
      await server.client.set('onefold:far', '99999999999999999')
      await server.client.set('onefold:odd', 'no number')
      const bucket = { points: 2, fillMs: 1_000 }
      expect(await kv.take('far', 1, bucket)).toBeLessThanOrEqual(500)
      expect(await kv.take('odd', 1, bucket)).toBe(0)
    })

    it('refuses at once while the server is gone, and is back by itself', async () => {
      const kv = await open()
      await kv.put('k', 'v', 60_000)
      await server.kill()
      const refusal = { code: 'unavailable', reason: 'KEYDB' }
      await expect(kv.get('k')).rejects.toMatchObject(refusal)
      await expect(kv.put('k', 'v', 1)).rejects.toMatchObject(refusal)
      await expect(kv.take('k', 1, { points: 1, fillMs: 1 })).rejects.toMatchObject(refusal)
      await server.start()
      await expect
        .poll(() => kv.check().then(() => 'answers', String), { timeout: 30_000 })
        .toBe('answers')
      expect(await kv.get('k')).toBeUndefined()
    })
  })
})

it('says what is wrong with a server that is not there', async () => {
  const kv = redisKv('redis://127.0.0.1:1')
  onTestFinished(() => kv.close())
  for (let i = 0; i < 2; i++) {
    await expect(kv.check()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  }
})
