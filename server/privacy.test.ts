import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { pinoLog } from '../adapters/pino/log.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { formOf, type ServerWorld, serverWorld } from '../tests/server-world.ts'
import { bodyOf, makeFindable, type Person, person, sha256 } from '../tests/two-people.ts'
import { createApp } from './app.ts'

const SECRET = 'the bridge is closed from March'
const MINUTE = 60_000

async function box(blobs: 'memory' | 'disk' = 'memory') {
  const world = await serverWorld({}, blobs)
  return { world, vera: await person(world, 'vera'), eve: await person(world, 'eve') }
}

it('A1 hash-only-claim: a hash gives no pointer and no byte', async () => {
  const { world, vera, eve } = await box()
  const { version_id, document_id } = await vera.store(SECRET)
  await makeFindable(world, version_id)
  const { doc_id, s3_presigned_url, status } = await bodyOf(await eve.request(SECRET))
  expect(status).toBe('UPLOAD_URL_GENERATED')
  const claims = [
    [await eve.complete(doc_id ?? ''), 409],
    [await eve.ask('PUT', s3_presigned_url ?? '', { body: '' }), 422],
    [await eve.complete(doc_id ?? ''), 409],
    [await eve.ask('GET', `/api/v1/documents/${document_id}/content`), 404],
    [await eve.ask('GET', `/api/v1/versions/${version_id}/content`), 404],
    [await eve.ask('GET', `/api/v1/documents/${doc_id}`), 404],
  ] as const
  let bytes = 0
  for (const [answer, wanted] of claims) {
    expect(answer.status).toBe(wanted)
    if ((await answer.text()).includes(SECRET)) bytes += SECRET.length
  }
  const mine = await bodyOf(await eve.ask('GET', `/api/v1/documents?chapter_id=${eve.chapterId}`))
  expect(mine.items).toEqual([])
  console.info(`A1 hash-only-claim: bytes obtained = ${bytes}`)
  expect(bytes).toBe(0)
})

/** Everything that the sender of a file can see of it, values left out that differ for anybody. */
async function flowOf(world: ServerWorld, who: Person, text: string): Promise<string> {
  const seen: unknown[] = []
  const note = async (answer: Response) => {
    const body = await answer.text()
    const headers = [...answer.headers].map(([name, value]) => `${name} ${value.length}`).sort()
    seen.push(answer.status, headers, body.length, shapeOf(JSON.parse(body)))
    return JSON.parse(body) as Record<string, string>
  }
  const { ports } = world
  const before = { events: await eventsOf(world, who), audit: await auditOf(world) }
  const { doc_id, s3_presigned_url } = await note(await who.request(text))
  await note(await who.ask('PUT', s3_presigned_url ?? '', { body: text }))
  const { document_id, job_id } = await note(await who.complete(doc_id ?? ''))
  for (const phase of ['just now', 'settled']) {
    if (phase === 'settled') await settleArrivals(ports)
    await note(await who.ask('GET', `/upload/${doc_id}`))
    await note(await who.ask('GET', `/api/v1/documents/${document_id}`))
    await note(await who.ask('GET', `/api/v1/documents/${document_id}/versions`))
    await note(await who.ask('GET', `/api/v1/jobs/${job_id}`))
    await note(await who.ask('GET', '/api/v1/jobs/stats'))
    await note(await who.ask('GET', '/api/v1/session'))
    await note(await who.ask('GET', '/api/v1/search?q=bridge'))
    const check = { json: { sha256: sha256(text) } }
    await note(await who.ask('POST', '/api/v1/assets/check-by-hash', check))
  }
  seen.push((await eventsOf(world, who)).slice(before.events.length))
  seen.push((await auditOf(world)).slice(before.audit.length))
  return JSON.stringify(seen)
}

/** Keys, types and lengths; of states and counts also what they are. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'string') return /^[a-zA-Z_ ]{0,40}$/.test(value) ? value : value.length
  if (typeof value === 'number') return value < 1e9 ? value : 'time'
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
}

const eventsOf = async ({ ports }: ServerWorld, who: Person) =>
  (await ports.catalog.journal.events([who.chapterId], who.id, 0, 500)).map(
    ({ kind, payload }) => `${kind} ${JSON.stringify(shapeOf(payload))}`,
  )

/** Deeds: readings are written a moment later, by the clock of the machine. */
async function auditOf({ ports }: ServerWorld) {
  const { items } = await ports.catalog.journal.auditPage(500)
  const deeds = items.filter(
    ({ action }) => !/^(document\.(open|read|preview)|search)/.test(action),
  )
  return deeds.map(({ action, detail }) => `${action} ${JSON.stringify(shapeOf(detail))}`).reverse()
}

it('A5 response-shape: nobody has it, somebody hidden has it, it failed, it is at work: one', async () => {
  const { world, vera } = await box()
  const { ports } = world
  const { jobs } = ports.catalog
  const words = ['unknown', 'settled', 'at work', 'failed', 'read up'].map((state) =>
    `${state} bridge`.padEnd(30, '.'),
  )
  const [unknown = '', ...known] = words
  for (const [index, text] of known.entries()) {
    ports.clock.advance(MINUTE)
    const { version_id } = await vera.store(text, { doc_name: `${index}.txt` })
    await settleArrivals(ports)
    if (text.startsWith('settled')) continue
    const job = await jobs.take('w', ['probe'], MINUTE, ports.clock.now())
    if (!job) throw new Error('there is nothing to be done')
    const now = ports.clock.now()
    if (text.startsWith('failed')) {
      await jobs.fail(job.id, 'w', { code: 'unsupported_type', message: 'No.' }, now)
    }
    if (text.startsWith('read up')) {
      await jobs.finish(job.id, 'w', { state: 'done', facts: { mediaType: 'a/b' }, next: [] }, now)
      await ports.catalog.blobs.setType(job.digest, 'text/plain', 'text')
      await ports.catalog.ingest.markLinked(version_id ?? '', now)
    }
  }
  const shapes = new Map<string, string[]>()
  for (const [index, text] of [unknown, ...known].entries()) {
    const eve = await person(world, `eve${index}`)
    const shape = (await flowOf(world, eve, text)).replaceAll(`eve${index}`, 'eve')
    shapes.set(shape, [...(shapes.get(shape) ?? []), text])
  }
  console.info(`A5 response-shape: distinct shapes = ${shapes.size}`)
  const [first, second] = [...shapes.keys()]
  if (second !== undefined) expect(JSON.parse(second)).toEqual(JSON.parse(first ?? ''))
  expect(shapes.size).toBe(1)
})

it('A9 duplicate-faking: wrong bytes under a hash harm nobody who has it, before or after', async () => {
  const { world, vera, eve } = await box('disk')
  const lie = SECRET.replace('closed', 'opened')
  const fake = async () => {
    const { s3_presigned_url } = await bodyOf(await eve.request(SECRET))
    return (await eve.ask('PUT', s3_presigned_url ?? '', { body: lie })).status
  }
  expect(await fake()).toBe(422)
  const { document_id } = await vera.store(SECRET)
  expect(await fake()).toBe(422)
  await settleArrivals(world.ports)
  expect(await fake()).toBe(422)
  const content = await vera.ask('GET', `/api/v1/documents/${document_id}/content`)
  const poisoned = (await content.text()) === SECRET ? 0 : 1
  console.info(`A9 duplicate-faking: poisoned = ${poisoned}`)
  expect(poisoned).toBe(0)
  expect(await readdir(join(world.root, 'received'))).toEqual([])
})

it('A11 logs-no-hashes: no digest in log lines, traces, errors, audit or events', async () => {
  const { world, vera, eve } = await box('disk')
  const lines: string[] = []
  const log = pinoLog('server', 'debug', { write: (line: string) => void lines.push(line) })
  const app = createApp({ ...world.ports, log }, { dataDir: world.root })
  onTestFinished(() => app.shut())
  const ask = async (who: Person, method: string, path: string, json?: unknown, body?: string) =>
    app.request(`http://box${path}`, {
      method,
      headers: {
        authorization: `Bearer ${who.token}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined && { body }),
    })
  const texts = [SECRET, 'another file', 'x'.repeat(200)]
  for (const text of texts) {
    for (const who of [vera, eve]) {
      const file = { doc_name: 'a.txt', file_size: text.length, doc_hash_256: sha256(text) }
      const wish = { ...file, chapter_id: who.chapterId }
      const asked = await bodyOf(await ask(who, 'POST', '/upload/request', wish))
      await ask(who, 'PUT', asked.s3_presigned_url ?? '', undefined, `${text.slice(1)}!`)
      const again = await bodyOf(await ask(who, 'POST', '/upload/request', wish))
      await ask(who, 'PUT', again.s3_presigned_url ?? '', undefined, text)
      const json = { doc_id: again.doc_id }
      const { document_id } = await bodyOf(await ask(who, 'POST', '/upload/complete', json))
      await ask(who, 'POST', '/api/v1/assets/check-by-hash', { sha256: sha256(text) })
      await ask(who, 'POST', '/api/v1/assets/check-by-hash', { sha256: `${sha256(text)}!` })
      await (await ask(who, 'GET', `/api/v1/documents/${document_id}/content`)).text()
      await ask(who, 'GET', `/api/v1/search?q=${sha256(text)}`)
      if (text === SECRET && who === eve) {
        await settleArrivals(world.ports)
        // A failure of the system names the file, and the file the digest.
        for (const shard of await readdir(join(world.root, 'blobs'))) {
          await rm(join(world.root, 'blobs', shard), { recursive: true })
        }
        await ask(who, 'GET', `/api/v1/documents/${document_id}/content`)
        const broken = await bodyOf(await ask(who, 'POST', '/upload/request', wish))
        expect(broken.doc_id).toBeDefined()
      }
    }
  }
  await app.shut()
  const { db } = await import('../adapters/sql/database.ts').then(({ openDatabase }) => ({
    db: openDatabase(join(world.root, 'catalog.sqlite')),
  }))
  onTestFinished(() => db.close())
  const rows = await Promise.all(
    (['request_traces', 'error_logs', 'audit', 'events'] as const).map((table) =>
      db.read.selectFrom(table).selectAll().execute(),
    ),
  )
  expect(rows.map((each) => each.length > 0)).toEqual([true, true, true, true])
  expect(lines.length).toBeGreaterThan(0)
  const written = `${lines.join('')}${JSON.stringify(rows)}`
  const forms = texts.flatMap((text) => {
    const bytes = Buffer.from(sha256(text), 'hex')
    return [sha256(text), sha256(text).toUpperCase(), bytes.toString('base64')]
      .concat(bytes.toString('base64url'), sha256(text).slice(0, 16))
      .map((form) => form.slice(0, 40))
  })
  const hits = forms.filter((form) => written.includes(form)).length
  console.info(
    `A11 logs-no-hashes: ${lines.length} lines, ${rows.flat().length} rows, hits = ${hits}`,
  )
  expect(hits).toBe(0)
})

it('A13 credential-scope: a token for one book knows nothing of its owner’s others', async () => {
  const { world, vera } = await box()
  const { version_id } = await vera.store(SECRET)
  await makeFindable(world, version_id)
  const whole = await bodyOf(await vera.request(SECRET, { doc_name: 'again.txt' }))
  expect([whole.status, whole.s3_presigned_url]).toEqual(['UPLOAD_COMPLETE', null])

  const other = await world.shelf('Open book', 'Chapter')
  await world.grant(vera.id, 'contributor', { bookId: other.id })
  const tokens = {
    'one book': await world.person('vera', 'member', { bookIds: [other.id] }),
    'no reading': await world.person('vera', 'member', { scopes: ['write'] }),
  }
  let links = 0
  for (const { token } of Object.values(tokens)) {
    const json = {
      doc_name: 'c.txt',
      file_size: SECRET.length,
      doc_hash_256: sha256(SECRET),
      chapter_id: other.chapters[0],
    }
    const asked = await bodyOf(await world.ask('POST', '/upload/request', { token, json }))
    if (asked.status !== 'UPLOAD_URL_GENERATED') links++
    expect(asked.s3_presigned_url).toMatch(/^\/u\//)
    const check = { token, json: { sha256: sha256(SECRET) } }
    const answer = await world.ask('POST', '/api/v1/assets/check-by-hash', check)
    if (answer.ok && ((await answer.json()) as { exists: boolean }).exists) links++
  }
  console.info(`A13 credential-scope: links = ${links}`)
  expect(links).toBe(0)
})

it('makes a document of what the caller can read already, and of nothing else, without bytes', async () => {
  const { world, vera, eve } = await box()
  const { version_id } = await vera.store(SECRET)
  expect((await bodyOf(await vera.request(SECRET, { doc_name: 'b' }))).status).toBe(
    'UPLOAD_URL_GENERATED', // not read yet
  )
  await makeFindable(world, version_id)
  const wish = { doc_name: 'copy.txt', idempotency_key: 'once' }
  const made = await bodyOf(await vera.request(SECRET, wish))
  const known = await bodyOf(await eve.request(SECRET))
  expect(Object.keys(made)).toEqual(Object.keys(known))
  expect(made).toMatchObject({ status: 'UPLOAD_COMPLETE', s3_presigned_url: null })
  const complete = await bodyOf(await vera.complete(made.doc_id ?? ''))
  expect(complete).toMatchObject({ status: 'UPLOAD_COMPLETE', doc_id: made.doc_id })
  const content = await vera.ask('GET', `/api/v1/documents/${complete.document_id}/content`)
  expect(await content.text()).toBe(SECRET)
  const again = await bodyOf(await vera.request(SECRET, wish))
  expect([again.doc_id, again.status]).toEqual([made.doc_id, 'UPLOAD_COMPLETE'])
  const larger = await vera.request(SECRET, { doc_name: 'c.txt', file_size: SECRET.length + 1 })
  expect((await bodyOf(larger)).status).toBe('UPLOAD_URL_GENERATED')
  await world.grant(eve.id, 'viewer', { bookId: vera.bookId })
  expect((await bodyOf(await eve.request(SECRET))).status).toBe('UPLOAD_COMPLETE')
})

it('A14 logical-quota: a copy of what somebody has is charged in full', async () => {
  const { world, vera, eve } = await box()
  const GIB = 2 ** 30
  const { version_id } = await vera.store(SECRET)
  await makeFindable(world, version_id)
  const used = async () => {
    const { used_bytes } = await bodyOf(await eve.ask('GET', '/api/v1/session'))
    return Number(used_bytes)
  }
  const before = await used()
  await eve.store(SECRET, { doc_name: 'one.txt' })
  await settleArrivals(world.ports)
  const delta = (await used()) - before
  console.info(`A14 logical-quota: delta = ${delta} of ${SECRET.length}`)
  expect(delta).toBe(SECRET.length)

  const { token } = await world.person('root', 'admin')
  const json = { quota_bytes: GIB + 100 }
  const set = await world.ask('PATCH', `/api/v1/users/${eve.id}`, { token, json })
  expect(await set.json()).toMatchObject({ username: 'eve', quota_bytes: GIB + 100 })
  const big = { file_size: GIB, doc_hash_256: sha256('a GiB') }
  expect((await eve.request('', { ...big, doc_name: 'big.bin' })).status).toBe(200)
  const second = await eve.request('', { ...big, doc_name: 'second.bin' })
  expect([second.status, await second.json()]).toMatchObject([413, { reason: 'QUOTA_EXCEEDED' }])
  const form = formOf([
    ['chapter_id', eve.chapterId],
    ['file', SECRET, 'form.txt'],
  ])
  const headers = { ...form.headers, 'content-length': String(2 * GIB) }
  const early = await eve.ask('POST', '/knowledge-base/upload', { ...form, headers })
  expect([early.status, await early.json()]).toMatchObject([413, { reason: 'QUOTA_EXCEEDED' }])
  const session = await eve.ask('GET', '/api/v1/session')
  expect(await session.json()).toMatchObject({ quota_bytes: GIB + 100, used_bytes: delta })
})

it('A16 upload-url-abuse: an address is good for one file of one person, for its time, once', async () => {
  const { world, vera, eve } = await box('disk')
  const put = (url: string | undefined, body: string, token?: string) =>
    world.ask('PUT', url ?? '', { body, ...(token && { token }) })
  const refused: string[] = []
  const check = async (name: string, answer: Response, wanted: number) => {
    expect([name, answer.status]).toEqual([name, wanted])
    refused.push(name)
  }
  const asked = async (wish: Record<string, unknown> = {}) =>
    bodyOf(await vera.request(SECRET, wish))

  const first = await asked({ doc_name: 'first.txt' })
  await check('other user', await put(first.s3_presigned_url, SECRET, eve.token), 404)
  await check('larger', await put(first.s3_presigned_url, `${SECRET}!`), 422)
  const second = await asked({ doc_name: 'second.txt', idempotency_key: 'k' })
  expect((await put(second.s3_presigned_url, SECRET)).status).toBe(200)
  const third = await asked({ doc_name: 'third.txt' })
  await check('other document', await vera.complete(third.doc_id ?? ''), 409)
  await check('replay', await put(second.s3_presigned_url, SECRET), 404)
  expect((await vera.complete(second.doc_id ?? '')).status).toBe(200)

  const wish = { doc_name: 'fourth.txt', idempotency_key: 'k4' }
  const old = await asked(wish)
  const young = await asked(wish)
  await check('old after regeneration', await put(old.s3_presigned_url, SECRET), 404)
  const { s3_url_expires_at } = young
  world.ports.clock.advance(Number(s3_url_expires_at) - world.ports.clock.now() - 1)
  const last = await asked({ doc_name: 'fifth.txt' })
  expect((await put(young.s3_presigned_url, SECRET)).status).toBe(200)
  world.ports.clock.advance(Number(last.s3_url_expires_at) - world.ports.clock.now())
  await check('expired', await put(last.s3_presigned_url, SECRET), 404)
  console.info(`A16 upload-url-abuse: refused ${refused.length}/6`)
  expect(refused).toHaveLength(6)
})

it('lets an address die with the session that asked for it, and serves no other of its owner', async () => {
  const { world, vera } = await box()
  const second = await world.person('vera')
  const { s3_presigned_url: url = '' } = await bodyOf(await vera.request(SECRET))
  const foreign = await world.ask('PUT', url, { body: SECRET, token: second.token })
  expect([foreign.status, await foreign.json()]).toMatchObject([404, { reason: 'UPLOAD_URL_GONE' }])
  await vera.ask('DELETE', `/api/v1/tokens/${vera.tokenId}`)
  const late = await world.ask('PUT', url, { body: SECRET })
  expect([late.status, await late.json()]).toMatchObject([404, { reason: 'UPLOAD_URL_GONE' }])
})

it('gives equal files of two people nothing in common that could be compared', async () => {
  const { world, vera, eve } = await box('disk')
  const [one, two] = [await vera.store(SECRET), await eve.store(SECRET)]
  await settleArrivals(world.ports)
  const headersOf = async (who: Person, id = '') => {
    const answer = await who.ask('GET', `/api/v1/documents/${id}/content`)
    expect(await answer.text()).toBe(SECRET)
    return answer.headers
  }
  const [mine, theirs] = [
    await headersOf(vera, one.document_id),
    await headersOf(eve, two.document_id),
  ]
  expect(mine.get('etag')).not.toBe(theirs.get('etag'))
  expect(`${mine.get('etag')}`).not.toContain(sha256(SECRET).slice(0, 8))
})
