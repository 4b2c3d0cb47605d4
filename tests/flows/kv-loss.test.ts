import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REDIS_PROGRAMS, type RedisServer, redisServer } from '../redis-server.ts'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const FILES = 120
const program = REDIS_PROGRAMS.Redis

describe.skipIf(!program)('a box with a KV', () => {
  let redis: RedisServer
  let box: RunningBox
  beforeAll(async () => {
    redis = await redisServer(program ?? '')
    box = await startBox({
      ONEFOLD_KEYDB_URL: redis.url,
      ONEFOLD_TLS: 'proxy',
      ONEFOLD_TRUSTED_PROXIES: '127.0.0.1',
    })
  })
  afterAll(async () => {
    await box?.stop()
    await redis?.stop()
  })

  it('B17 kv-loss: loses nothing while the KV is emptied, killed and hanging', async () => {
    const trouble = [
      () => redis.client.flushall(),
      () => redis.kill(),
      () => redis.start(),
      async () => redis.pause(),
      async () => redis.resume(),
      () => redis.client.flushall(),
    ]
    for (let i = 0; i < FILES; i++) {
      await upload(i)
      if (i % 20 === 10) await trouble[Math.floor(i / 20)]?.()
      if (i % 10 === 0) expect((await box.call('/api/v1/search?q=note')).status).toBe(200)
    }
    const names = await storedNames()
    expect(names).toEqual(Array.from({ length: FILES }, (_, i) => nameOf(i)).toSorted())
    const startedAt = performance.now()
    const records = await eventually(async () => {
      const keys = await redis.client.keys('onefold:content:*')
      return keys.length === FILES && keys
    })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`B17 kv-loss: ${FILES} records are back after ${seconds} s`)
    const record = JSON.parse((await redis.client.get(records[0] ?? '')) ?? '') as object
    expect(record).toEqual({
      uploaded: expect.any(Number),
      server: expect.stringMatching(/^[\w-]{36}$/),
      users: [expect.stringMatching(/^[0-9a-f]{32}$/)],
    })
    const { steps } = (await box.onefold('verify')) as { steps: { problems: string[] }[] }
    expect(steps.flatMap(({ problems }) => problems)).toEqual([])
    expect(box.log()).toContain('KeyDB does not answer')
  }, 180_000)

  it('loses nothing when the server itself is killed while it writes records', async () => {
    await redis.client.flushall()
    const { server = 0 } = await box.pids()
    process.kill(server, 'SIGKILL')
    await eventually(async () => {
      const { server: next } = await box.pids()
      return next !== undefined && next !== server && (await isReady())
    })
    await upload(FILES)
    await eventually(
      async () => (await redis.client.keys('onefold:content:*')).length === FILES + 1,
    )
  }, 120_000)

  it('A10 kv-dump-no-hashes: what lies in it tells no content, file or person', async () => {
    const keys = await redis.client.keysBuffer('*')
    const values = await Promise.all(keys.map((key) => redis.client.getBuffer(key)))
    const dump = Buffer.concat([...keys, ...values.map((value) => value ?? Buffer.of())])
    const hits = Array.from({ length: FILES }, (_, i) => [nameOf(i), ...formsOf(textOf(i))])
      .flat()
      .filter((needle) => dump.includes(needle))
    console.log(`A10 kv-dump-no-hashes: hits: ${hits.length} in ${dump.byteLength} bytes`)
    expect(hits).toEqual([])
    expect(dump.includes('admin')).toBe(false)
  })

  it('tells browsers behind its proxy to stay with TLS, and writes down where they are', async () => {
    const answer = await fetch(new URL('/api/v1/session', box.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': '203.0.113.66, 198.51.100.7',
      },
      body: JSON.stringify({ username: 'admin', password: 'flow-test-password' }),
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-onefold_session=.*; Secure/)
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
    const { items } = await box.json<{ items: { action: string; address: string }[] }>(
      '/api/v1/audit?limit=10',
    )
    expect(items.find(({ action }) => action === 'session.create')?.address).toBe('198.51.100.7')
  })

  const nameOf = (i: number) => `note-${String(i).padStart(3, '0')}.txt`
  const textOf = (i: number) => `This is note ${i}, which nobody else has written.`

  async function upload(i: number): Promise<void> {
    const text = textOf(i)
    const asked = await box.json<{ doc_id: string; s3_presigned_url: string }>('/upload/request', {
      method: 'POST',
      body: { doc_name: nameOf(i), doc_hash_256: sha256(text), file_size: text.length },
    })
    await box.json(asked.s3_presigned_url, { method: 'PUT', raw: text })
    await box.json('/upload/complete', { method: 'POST', body: { doc_id: asked.doc_id } })
  }

  async function storedNames(): Promise<string[]> {
    const { items } = await box.json<{ items: { name: string }[] }>('/api/v1/documents?limit=200')
    return items.map(({ name }) => name).toSorted()
  }

  async function isReady(): Promise<boolean> {
    try {
      return (await fetch(new URL('/readyz', box.url))).ok
    } catch {
      return false // it is not listening again yet
    }
  }
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function formsOf(text: string): Buffer[] {
  const raw = createHash('sha256').update(text).digest()
  const forms = [
    raw,
    ...(['hex', 'base64', 'base64url'] as const).map((form) => raw.toString(form)),
  ]
  return [text, ...forms].map((form) => Buffer.from(form))
}
