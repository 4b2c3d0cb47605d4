import { expect, it } from 'vitest'
import { resolveAccess } from '../core/access/access.ts'
import { codeOf } from '../core/errors.ts'
import { requestUpload } from '../core/ingest/request-upload.ts'
import { DEFAULT_PROBER_LIMITS, isForcedStrict, watchProbers } from '../core/limit/prober.ts'
import { DEFAULT_RATES, type Rates, takeRate } from '../core/limit/rates.ts'
import { type ServerWorld, serverWorld } from '../tests/server-world.ts'

const HOUR = 3_600_000
const LIMITS = { openUploads: 40, alarmUploads: 20, abandonedUploads: 50 }
const UPLOAD = { urlTtlMs: 15 * 60_000, maxBytes: 1_000, partBytes: 500 }

async function contributor(world: ServerWorld, name = 'ada') {
  const { token, id } = await world.person(name)
  const book = await world.shelf(`Work of ${name}`, 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  return { id, token, chapterId: book.chapters[0] ?? '' }
}

let count = 0
const request = (
  world: ServerWorld,
  { token, chapterId }: { token: string; chapterId: string },
  idempotencyKey?: string,
) => {
  const key = idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }
  const json = { doc_name: `${++count}.txt`, file_size: 3, chapter_id: chapterId, ...key }
  return world.ask('POST', '/upload/request', { token, json })
}

async function upload(world: ServerWorld, who: { token: string; chapterId: string }) {
  const asked = (await (await request(world, who)).json()) as Record<string, string>
  await world.ask('PUT', asked.s3_presigned_url ?? '', { body: 'abc' })
  const json = { doc_id: asked.doc_id }
  return world.ask('POST', '/upload/complete', { token: who.token, json })
}

const withRates = (rates: Partial<Rates>) => serverWorld({ rates: { ...DEFAULT_RATES, ...rates } })
const check = (world: ServerWorld, token: string) =>
  world.ask('POST', '/api/v1/assets/check-by-hash', { token, json: { sha256: 'a'.repeat(64) } })

it('refuses what is asked too often, and says when to ask again', async () => {
  const world = await withRates({ checksPerMinute: 5 })
  const { token } = await world.person('ada')
  for (let i = 0; i < 5; i++) expect((await check(world, token)).status).toBe(200)
  const refused = await check(world, token)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '12'])
  expect(await refused.json()).toMatchObject({
    code: 'rate_limited',
    reason: 'RATE',
    retry_after_ms: 12_000,
  })
  world.ports.clock.advance(12_000)
  expect((await check(world, token)).status).toBe(200)
  expect((await check(world, token)).status).toBe(429)
})

it('counts each kind of asking for itself', async () => {
  const world = await withRates({ checksPerMinute: 1, searchesPerMinute: 1, uploadsPerMinute: 1 })
  const who = await contributor(world)
  const search = () => world.ask('GET', '/api/v1/search?q=bridge', { token: who.token })
  for (const ask of [() => check(world, who.token), search, () => request(world, who)]) {
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429])
  }
})

it('lets a script run dry without its owner, and a person without the office', async () => {
  const world = await withRates({ checksPerMinute: 2 })
  const [first, second, third] = [
    await world.person('ada'),
    await world.person('ada'),
    await world.person('ada'),
  ]
  const colleague = await world.person('bob')
  const statuses = async (token: string, times = 1) => {
    const asked = []
    for (let i = 0; i < times; i++) asked.push((await check(world, token)).status)
    return asked
  }
  expect(await statuses(first.token, 9)).toEqual([200, 200, ...Array(7).fill(429)])
  expect(await statuses(second.token, 2)).toEqual([200, 200])
  expect(await statuses(third.token)).toEqual([429])
  expect(await statuses(colleague.token)).toEqual([200])
})

it('limits an address however many people ask from it', async () => {
  const world = await withRates({ checksPerMinute: 1 })
  const people = await Promise.all(Array.from({ length: 11 }, (_, i) => world.person(`p${i}`)))
  const statuses: number[] = []
  for (const { token } of people) statuses.push((await check(world, token)).status)
  expect(statuses).toEqual([...Array(10).fill(200), 429])
})

it('limits nothing where the limit is 0', async () => {
  const world = await withRates({ checksPerMinute: 0 })
  const { token } = await world.person('ada')
  for (let i = 0; i < 50; i++) expect((await check(world, token)).status).toBe(200)
})

it('lets whoever completes uploads go on, however many they are', async () => {
  const world = await serverWorld({ upload: { ...UPLOAD, unsent: LIMITS } })
  const who = await contributor(world)
  for (let i = 0; i < LIMITS.openUploads + LIMITS.abandonedUploads + 10; i++) {
    expect((await upload(world, who)).status).toBe(200)
  }
  expect(await isForcedStrict(world.ports, who.id, LIMITS)).toBe(false)
})

it('holds nothing against who sent the bytes, however it ended', async () => {
  const world = await serverWorld({ upload: { ...UPLOAD, unsent: LIMITS } })
  const who = await contributor(world)
  for (let i = 0; i < 2 * LIMITS.alarmUploads + 2; i++) {
    const asked = (await (await request(world, who)).json()) as Record<string, string>
    await world.ask('PUT', asked.s3_presigned_url ?? '', { body: 'abc' })
    if (i % 2 === 0) {
      const now = world.ports.clock.now()
      await world.ports.catalog.uploads.move(asked.doc_id ?? '', 'UPLOAD_FAILED', {}, now)
    }
  }
  world.ports.clock.advance(HOUR)
  await watchProbers(world.ports, LIMITS)
  expect(await world.ports.catalog.probers.alarms()).toEqual([])
})

it('lets so many uploads wait for their bytes at once, and makes room as they come', async () => {
  const world = await serverWorld({ upload: { ...UPLOAD, unsent: LIMITS } })
  const who = await contributor(world)
  const addresses: string[] = []
  for (let i = 0; i < LIMITS.openUploads; i++) {
    const asked = (await (await request(world, who, `key ${i}`)).json()) as Record<string, string>
    addresses.push(asked.s3_presigned_url ?? '')
  }
  const refused = await request(world, who, 'one more')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await refused.json()).toMatchObject({ reason: 'OPEN_UPLOADS' })
  expect((await request(world, who, 'key 3')).status).toBe(200)

  await world.ask('PUT', addresses[7] ?? '', { body: 'abc' })
  expect((await request(world, who, 'one more')).status).toBe(200)
})

it('lets a folder of 10,000 files in by batches, two of them under way', async () => {
  const world = await serverWorld()
  const who = await contributor(world)
  const batch = (files: number) => {
    const wishes = Array.from({ length: files }, () => ({
      doc_name: `${++count}.txt`,
      file_size: 3,
      chapter_id: who.chapterId,
    }))
    return world.ask('POST', '/api/v1/uploads/batch', { token: who.token, json: { files: wishes } })
  }
  for (let i = 0; i < 2; i++) expect((await batch(500)).status).toBe(200)
  const third = await batch(500)
  expect([third.status, await third.json()]).toMatchObject([429, { reason: 'OPEN_UPLOADS' }])

  const by = { credentialId: 'another', userId: 'somebody', address: 'elsewhere' }
  for (let i = 0; i < 20; i++) {
    await takeRate(world.ports, DEFAULT_RATES, { what: 'upload', by, points: 500 })
  }
})

it('lets one batch in however small the limit, and a second when the first is through', async () => {
  const unsent = { ...LIMITS, openUploads: 1 }
  const world = await serverWorld({ upload: { ...UPLOAD, unsent } })
  const who = await contributor(world)
  const files = ['a', 'b', 'c'].map((doc_name) => ({
    doc_name,
    file_size: 3,
    chapter_id: who.chapterId,
  }))
  const batch = async () => {
    const json = { files }
    const asked = await world.ask('POST', '/api/v1/uploads/batch', { token: who.token, json })
    const { items = [] } = (await asked.json()) as {
      items?: { upload: { s3_presigned_url: string } }[]
    }
    return { status: asked.status, addresses: items.map((item) => item.upload.s3_presigned_url) }
  }
  const { status, addresses } = await batch()
  expect([status, (await batch()).status]).toEqual([200, 429])
  for (const address of addresses) await world.ask('PUT', address, { body: 'abc' })
  expect((await batch()).status).toBe(200)
})

it('A12 probe-limiter: who requests and never sends is refused, told of, and held to strict', async () => {
  const world = await serverWorld()
  const { ports } = world
  const prober = await contributor(world, 'mallory')
  const other = await contributor(world, 'ada')
  const access = await resolveAccess(ports, world.actor(prober.id))
  const answers = new Map<string, number>()
  // A whole day of it: 10,000 requests, one in nine seconds; without their way through HTTP.
  for (let i = 0; i < 10_000; i++) {
    const wish = { name: `${i}.txt`, sizeBytes: 3, chapterId: prober.chapterId }
    const answer = await requestUpload(ports, access, wish).then(() => 'taken', codeOf)
    answers.set(answer, (answers.get(answer) ?? 0) + 1)
    ports.clock.advance(8_640)
  }
  const accepted = answers.get('taken') ?? 0
  console.log(`A12 probe-limiter: probes accepted a day: ${accepted} of 10000`)
  expect(accepted + (answers.get('rate_limited') ?? 0)).toBe(10_000)
  const { openUploads, abandonedUploads } = DEFAULT_PROBER_LIMITS
  expect(accepted).toBeLessThanOrEqual(openUploads + abandonedUploads)
  expect((await request(world, prober)).status).toBe(429)
  const isStrict = (id: string) => isForcedStrict(world.ports, id, DEFAULT_PROBER_LIMITS)
  expect([await isStrict(prober.id), await isStrict(other.id)]).toEqual([true, false])
  expect((await upload(world, other)).status).toBe(200)

  const { items } = await world.ports.catalog.journal.auditPage(200)
  const told = items.filter(({ action }) => action === 'prober.alarm')
  expect(told.map(({ subject }) => subject)).toEqual([`user:${prober.id}`])
  const events = await world.ports.catalog.journal.events('all', '', 0, 100_000)
  expect(events.filter(({ kind }) => kind === 'alarm')).toHaveLength(1)
  const own = await world.ports.catalog.journal.events([], prober.id, 0, 100_000)
  expect(own.filter(({ kind }) => kind === 'alarm')).toEqual([])
}, 180_000)

async function closedLaptop(world: ServerWorld) {
  const who = await contributor(world)
  for (let i = 0; i <= LIMITS.alarmUploads; i++) await request(world, who, `key ${i}`)
  world.ports.clock.advance(HOUR)
  return who
}

it('tells administrators of requests that were left, without another one', async () => {
  const world = await serverWorld({ upload: { ...UPLOAD, unsent: LIMITS } })
  const who = await closedLaptop(world)
  const root = await world.person('root', 'admin')
  expect(await watchProbers(world.ports, LIMITS)).toEqual({ alarms: 1 })
  expect(await watchProbers(world.ports, LIMITS)).toEqual({ alarms: 0 })
  const answer = await world.ask('GET', '/api/v1/alarms', root)
  expect(await answer.json()).toEqual({
    items: [
      {
        user_id: who.id,
        user_name: 'ada',
        raised_at: world.ports.clock.now(),
        requests: LIMITS.alarmUploads + 1,
        in_force: true,
      },
    ],
    next_cursor: null,
  })
})

it('forgets by itself after a day, and at once when an administrator says so', async () => {
  const world = await serverWorld({ upload: { ...UPLOAD, unsent: LIMITS } })
  const root = await world.person('root', 'admin')
  const who = await closedLaptop(world)
  await watchProbers(world.ports, LIMITS)
  const clear = () => world.ask('DELETE', `/api/v1/alarms/${who.id}`, root)
  expect((await clear()).status).toBe(204)
  expect((await clear()).status).toBe(404)
  expect(await isForcedStrict(world.ports, who.id, LIMITS)).toBe(false)
  expect(await watchProbers(world.ports, LIMITS)).toEqual({ alarms: 0 })
  const audit = await world.ports.catalog.journal.auditPage(1)
  expect(audit.items).toMatchObject([
    { action: 'prober.clear', subject: `user:${who.id}`, userId: root.id },
  ])

  const late = await contributor(world, 'bob')
  for (let i = 0; i <= LIMITS.alarmUploads; i++) await request(world, late)
  world.ports.clock.advance(HOUR)
  await watchProbers(world.ports, LIMITS)
  expect(await isForcedStrict(world.ports, late.id, LIMITS)).toBe(true)
  world.ports.clock.advance(24 * HOUR)
  expect(await isForcedStrict(world.ports, late.id, LIMITS)).toBe(false)
  const listed = await world.ask('GET', '/api/v1/alarms', root)
  expect(await listed.json()).toMatchObject({ items: [{ user_id: late.id, in_force: false }] })
})

it('lets go on with what was left, even where nothing new may be requested', async () => {
  const limits = { ...LIMITS, abandonedUploads: 30 }
  const world = await serverWorld({ upload: { ...UPLOAD, unsent: limits } })
  const who = await contributor(world)
  for (let i = 0; i < 30; i++) await request(world, who, `key ${i}`)
  world.ports.clock.advance(14 * HOUR)
  const refused = await request(world, who)
  expect(await refused.json()).toMatchObject({
    status: 429,
    reason: 'ABANDONED_UPLOADS',
    retry_after_ms: 10 * HOUR,
  })
  for (let i = 0; i < 30; i++) expect((await request(world, who, `key ${i}`)).status).toBe(200)
  expect((await request(world, who)).status).toBe(200)
})
