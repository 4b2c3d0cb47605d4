import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redisKv } from '../../adapters/redis/kv.ts'
import { REDIS_PROGRAMS, type RedisServer, redisServer } from '../../tests/redis-server.ts'
import { formOf, type ServerWorld, serverWorld } from '../../tests/server-world.ts'
import type { Digest } from '../digest.ts'
import { settleArrivals } from '../ingest/settle.ts'
import type { Tag } from '../keys.ts'
import { sweep } from '../upkeep/sweep.ts'
import { renewChanged, writeAll } from './mirror.ts'
import { boxId, type ContentRecord } from './record.ts'

const TEXT = 'The bridge stands since 1932.'
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex') as Digest

async function store(
  world: ServerWorld,
  who: { token: string },
  chapterId: string,
  file = { text: TEXT, name: `${randomBytes(8).toString('hex')}.txt` },
): Promise<string> {
  const form = formOf([
    ['chapter_id', chapterId],
    ['file', file.text, file.name],
  ])
  const answer = await world.ask('POST', '/knowledge-base/upload', { token: who.token, ...form })
  return ((await answer.json()) as { document_id: string }).document_id
}

async function recordOf({ ports }: ServerWorld, tag: Tag): Promise<ContentRecord | undefined> {
  const text = await ports.kv.get(`content:${tag}`)
  return text === undefined ? undefined : (JSON.parse(text) as ContentRecord)
}

async function bridge() {
  const world = await serverWorld()
  const root = await world.person('root', 'admin')
  const bob = await world.person('bob', 'admin')
  const { chapters } = await world.shelf('Work', 'Plans')
  const tag = world.ports.keys.tag(digestOf(TEXT))
  return { world, root, bob, chapterId: chapters[0] ?? '', tag }
}

it('holds when a content came, which box has it, and who put it in, by stand-ins', async () => {
  const { world, root, bob, chapterId, tag } = await bridge()
  const { ports } = world
  await store(world, root, chapterId)
  world.ports.clock.advance(1_000)
  await store(world, bob, chapterId)
  expect(await renewChanged(ports)).toBe(1)
  expect(await recordOf(world, tag)).toEqual({
    uploaded: ports.clock.now() - 1_000,
    server: await boxId(ports),
    users: [ports.keys.holder(tag, root.id), ports.keys.holder(tag, bob.id)].toSorted(),
  })
  expect(await renewChanged(ports)).toBe(0)
})

it('follows who lets go of a content, and is gone with the last', async () => {
  const { world, root, bob, chapterId, tag } = await bridge()
  const { ports, ask } = world
  const [first, second] = [await store(world, root, chapterId), await store(world, bob, chapterId)]
  const remove = async (id: string) => {
    await ask('DELETE', `/api/v1/documents/${id}`, root)
    await ask('DELETE', `/api/v1/documents/${id}?permanent=true`, root)
    await renewChanged(ports)
  }
  await remove(first)
  expect((await recordOf(world, tag))?.users).toEqual([ports.keys.holder(tag, bob.id)])
  await remove(second)
  expect(await recordOf(world, tag)).toBeUndefined()
  ports.clock.advance(1_000)
  await sweep(ports, { graceMs: 0, trashMs: 0, uploadMs: 0, endedUploadMs: 0 })
  expect(await renewChanged(ports)).toBe(0)
})

it('is right again after a round over all of them, whatever somebody put there', async () => {
  const { world, root, chapterId, tag } = await bridge()
  const { ports } = world
  await store(world, root, chapterId)
  await settleArrivals(ports)
  await renewChanged(ports)
  const right = await recordOf(world, tag)
  for (const wrong of ['{"users": 7', JSON.stringify({ uploaded: 1, server: 'x', users: [] })]) {
    await ports.kv.put(`content:${tag}`, wrong, 1_000)
    expect(await writeAll(ports)).toEqual({ records: 1 })
    expect(await recordOf(world, tag)).toEqual(right)
  }
})

it('waits in the catalog while the KV is away', async () => {
  const { world, root, chapterId, tag } = await bridge()
  const away = { ...world.ports, kv: redisKv('redis://127.0.0.1:1') }
  await store(world, root, chapterId)
  await expect(renewChanged(away)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await renewChanged(world.ports)).toBe(1)
  expect(await recordOf(world, tag)).toBeDefined()
  await away.kv.close()
})

it('keeps a change that came while it was written', async () => {
  const { world, root, bob, chapterId, tag } = await bridge()
  const { holders } = world.ports.catalog
  await store(world, root, chapterId)
  const before = await holders.changed(10)
  await store(world, bob, chapterId)
  await holders.settled(before)
  expect(await renewChanged(world.ports)).toBe(1)
  expect((await recordOf(world, tag))?.users).toHaveLength(2)
})

const program = REDIS_PROGRAMS.Redis
let server: RedisServer
beforeAll(async () => {
  if (program) server = await redisServer(program)
})
afterAll(() => server?.stop())

it.skipIf(!program)('is made again from the catalog when the KV was emptied', async () => {
  const { world, root, chapterId } = await bridge()
  const ports = { ...world.ports, kv: redisKv(server.url) }
  for (let i = 0; i < 250; i++) {
    await store(world, root, chapterId, { text: `page ${i}`, name: `page ${i}.txt` })
  }
  await store(world, root, chapterId)
  await settleArrivals(ports)
  await renewChanged(ports)
  const before = (await server.client.keys('*')).toSorted()
  await server.client.flushall()
  expect(await writeAll(ports)).toEqual({ records: 251 })
  const after = (await server.client.keys('*')).filter((key) => !key.endsWith('-records'))
  expect(after.toSorted()).toEqual(before)
  await ports.kv.close()
})

it.skipIf(!program)('A10 kv-dump-no-hashes: a dump tells no content, file or person', async () => {
  await server.client.flushall()
  const world = await serverWorld({}, 'memory', { kv: redisKv(server.url) })
  const { ports, ask } = world
  const people = []
  for (const name of ['valentina', 'konstantin', 'maximilian']) {
    people.push(await world.person(name, 'admin'))
  }
  const { chapters } = await world.shelf('Secretbook', 'Secretchapter')
  const files = Array.from({ length: 20 }, (_, i) => ({
    text: `secret content ${i}`,
    name: `secretfile-${i}.txt`,
  }))
  for (const who of people) {
    for (const file of files) {
      await store(world, who, chapters[0] ?? '', file)
      await ask('POST', '/api/v1/assets/check-by-hash', {
        token: who.token,
        json: { sha256: digestOf(file.text) },
      })
    }
    await ask('GET', '/api/v1/search?q=secret', who)
  }
  expect(await renewChanged(ports)).toBe(files.length)

  const dump = await dumpOf(server)
  const needles = [
    ...files.flatMap(({ text, name }) => [text, name, ...formsOf(digestOf(text))]),
    ...people.flatMap(({ id, token }) => [id, id.replaceAll('-', ''), token]),
    'valentina',
    'konstantin',
    'maximilian',
    'Secretbook',
    'Secretchapter',
  ].map((needle) => Buffer.from(needle))
  const hits = needles.filter((needle) => dump.includes(needle))
  console.log(`A10 kv-dump-no-hashes: hits: ${hits.length} of ${needles.length} needles`)
  expect(dump.byteLength).toBeGreaterThan(files.length * 200)
  expect(hits.map(String)).toEqual([])
  await ports.kv.close()
})

/** A digest as it could be written: raw, and in the usual alphabets, whole and without its ends. */
function formsOf(digest: Digest): (string | Buffer)[] {
  const raw = Buffer.from(digest, 'hex')
  const texts = [digest, digest.toUpperCase(), raw.toString('base64'), raw.toString('base64url')]
  return [raw, raw.subarray(8, 24), ...texts.flatMap((text) => [text, text.slice(8, 32)])]
}

/** Every key and value, as the server writes them out itself and as it gives them back. */
async function dumpOf({ client }: RedisServer): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (const key of await client.keysBuffer('*')) {
    pieces.push(key, (await client.getBuffer(key)) ?? Buffer.of())
    pieces.push((await client.dumpBuffer(key)) ?? Buffer.of())
  }
  return Buffer.concat(pieces)
}
