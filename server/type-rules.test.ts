import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { crc32c } from '../core/crc32c.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { lookInside } from '../tests/look-inside.ts'
import { formOf, serverWorld } from '../tests/server-world.ts'

const PROGRAM = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(2500, 7)])
const TEXT = Buffer.from('The lamp is lit at dusk.\n'.repeat(120))
const NO_PROGRAMS = { mode: 'deny', groups: ['programs'], media_types: [] }
const upload = { urlTtlMs: 15 * 60_000, maxBytes: 2 ** 30, partBytes: 1000 }

const NOTHING = { id: '', current_version: { id: '' } }

type Fields = Record<string, unknown> & { doc_id: string; s3_presigned_url: string }

/** Ada administers a book that takes no programs, and one that takes all. */
async function library() {
  const world = await serverWorld({ upload }, 'disk', { look: lookInside })
  const { token, id } = await world.person('ada')
  const strict = await world.shelf('Strict', 'Plans')
  const open = await world.shelf('Open', 'Plans')
  for (const { id: bookId } of [strict, open]) await world.grant(id, 'admin', { bookId })
  const json = async (method: string, path: string, body?: unknown) => {
    const answer = await world.ask(method, path, {
      token,
      ...(body !== undefined && { json: body }),
    })
    const text = await answer.text()
    return { ...(text && JSON.parse(text)), status: answer.status } as Fields & { status: number }
  }
  const rule = (type_rule: unknown, bookId = strict.id) =>
    json('PATCH', `/api/v1/books/${bookId}`, { type_rule })
  await rule(NO_PROGRAMS)
  const [chapter = '', elsewhere = ''] = [...strict.chapters, ...open.chapters]
  return { world, token, json, rule, strict, chapter, elsewhere }
}

type Library = Awaited<ReturnType<typeof library>>

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const put = (on: Library, url: string, bytes: Buffer) => {
  const headers = { 'x-part-crc32c': crc32c(bytes).toString(16).padStart(8, '0') }
  return on.world.ask('PUT', url, { token: on.token, body: new Uint8Array(bytes), headers })
}

const request = (on: Library, bytes: Buffer, change = {}) =>
  on.json('POST', '/upload/request', {
    doc_name: 'report.pdf',
    file_size: bytes.length,
    chapter_id: on.chapter,
    ...change,
  })

/** Each way in, with what it answers in the end. */
const DOORS: Record<string, (on: Library, bytes: Buffer) => Promise<Fields & { status: number }>> =
  {
    async form(on, bytes) {
      const form = formOf([
        ['chapter_id', on.chapter],
        ['file', bytes.toString('latin1'), 'report.pdf'],
      ])
      const answer = await on.world.ask('POST', '/knowledge-base/upload', {
        token: on.token,
        ...form,
      })
      return { ...(await answer.json()), status: answer.status }
    },
    async whole(on, bytes) {
      const small = bytes.subarray(0, 900)
      const { doc_id, s3_presigned_url: url } = await request(on, small)
      await put(on, url, small)
      return on.json('POST', '/upload/complete', { doc_id })
    },
    async 'whole and complete'(on, bytes) {
      const small = bytes.subarray(0, 900)
      const { s3_presigned_url: url } = await request(on, small)
      const answer = await put(on, `${url}?complete=1`, small)
      return { ...(await answer.json()), status: answer.status }
    },
    async parts(on, bytes) {
      const { doc_id, s3_presigned_url: url } = await request(on, bytes)
      for (const number of [1, 2, 3]) {
        await put(on, `${url}?part=${number}`, bytes.subarray((number - 1) * 1000, number * 1000))
      }
      return on.json('POST', '/upload/complete', { doc_id })
    },
    async batch(on, bytes) {
      const small = bytes.subarray(0, 900)
      const files = [{ doc_name: 'report.pdf', file_size: 900, chapter_id: on.chapter }]
      const { items } = (await on.json('POST', '/api/v1/uploads/batch', { files })) as unknown as {
        items: { upload: Fields }[]
      }
      const { doc_id, s3_presigned_url: url } = items[0]?.upload ?? {
        doc_id: '',
        s3_presigned_url: '',
      }
      await put(on, url, small)
      return on.json('POST', '/upload/complete', { doc_id })
    },
  }

it('keeps nothing of a type that the book does not take, whichever way it comes', async () => {
  const on = await library()
  for (const [door, send] of Object.entries(DOORS)) {
    expect([door, await send(on, PROGRAM)]).toMatchObject([
      door,
      {
        status: 415,
        code: 'unsupported_type',
        reason: 'TYPE_NOT_TAKEN',
        message:
          '"report.pdf" cannot go here: it is a program (application/x-elf), and this book takes no programs.',
        detail: { found_type: 'application/x-elf', type_rule: NO_PROGRAMS },
      },
    ])
  }
  expect(await on.json('GET', '/api/v1/documents')).toMatchObject({ items: [] })
  expect(await files(on)).toEqual([])
  for (const [door, send] of Object.entries(DOORS)) {
    expect([door, (await send(on, TEXT)).status]).toEqual([door, door === 'form' ? 201 : 200])
  }
})

it('refuses what the caller can read elsewhere, before it is sent; and a move from there', async () => {
  const on = await library()
  const there = await request(on, PROGRAM.subarray(0, 900), { chapter_id: on.elsewhere })
  await put(on, `${there.s3_presigned_url}?complete=1`, PROGRAM.subarray(0, 900))
  const { items } = (await on.json('GET', '/api/v1/documents')) as unknown as {
    items: { id: string; current_version: { id: string } }[]
  }
  const [{ id, current_version: version } = NOTHING] = items
  const { catalog, clock } = on.world.ports
  await settleArrivals(on.world.ports)
  await catalog.ingest.markLinked(version.id, clock.now())
  const refused = { status: 415, reason: 'TYPE_NOT_TAKEN' }
  const small = PROGRAM.subarray(0, 900)
  expect(await request(on, small, { doc_hash_256: sha256(small) })).toMatchObject(refused)
  const move = { chapter_id: on.chapter }
  expect(await on.json('PATCH', `/api/v1/documents/${id}`, move)).toMatchObject(refused)
})

it('refuses to go back to a version of a type that the book does not take', async () => {
  const on = await library()
  await on.rule(null)
  const [first, second] = [PROGRAM.subarray(0, 900), TEXT.subarray(0, 900)]
  for (const bytes of [first, second]) {
    const { s3_presigned_url: url } = await request(on, bytes, { on_conflict: 'version' })
    await put(on, `${url}?complete=1`, bytes)
  }
  await settleArrivals(on.world.ports)
  const { items } = (await on.json('GET', '/api/v1/documents')) as unknown as {
    items: { id: string; current_version: { id: string } }[]
  }
  const [{ id } = NOTHING] = items
  const history = await on.world.ports.catalog.library.versions('all', id)
  const [newest = NOTHING, oldest = NOTHING] = history
  const restore = (version: { id: string }) =>
    on.json('POST', `/api/v1/versions/${version.id}/restore`)
  await on.rule(NO_PROGRAMS)
  expect(await restore(oldest)).toMatchObject({ status: 415, reason: 'TYPE_NOT_TAKEN' })
  const versions = await on.world.ports.catalog.library.versions('all', id)
  expect(versions.map((version) => version.id)).toEqual([newest.id, oldest.id])
  await on.rule(null)
  const restored = await restore(oldest)
  expect(restored.status).toBe(200)
  await on.rule(NO_PROGRAMS)
  expect((await restore(newest)).status).toBe(200)
})

it('answers the same, whether others hold the content or not', async () => {
  const on = await library()
  const other = await on.world.person('bob')
  const shelf = await on.world.shelf('Hidden', 'Mine')
  await on.world.grant(other.id, 'admin', { bookId: shelf.id })
  const form = formOf([
    ['chapter_id', shelf.chapters[0] ?? ''],
    ['file', PROGRAM.toString('latin1'), 'tool.bin'],
  ])
  await on.world.ask('POST', '/knowledge-base/upload', { token: other.token, ...form })
  const ends = []
  for (const bytes of [PROGRAM, Buffer.concat([PROGRAM.subarray(0, 2506), Buffer.from('x')])]) {
    const asked = await request(on, bytes, { doc_hash_256: sha256(bytes) })
    for (const number of [1, 2, 3]) {
      const part = bytes.subarray((number - 1) * 1000, number * 1000)
      await put(on, `${asked.s3_presigned_url}?part=${number}`, part)
    }
    const end = await on.json('POST', '/upload/complete', { doc_id: asked.doc_id })
    ends.push([asked.status, Object.keys(asked), end.status, end.message, end.reason])
  }
  expect(ends[0]).toEqual(ends[1])
})

it('lets those who administer the book set and lift the rule, and writes it down', async () => {
  const on = await library()
  expect(await on.rule({ mode: 'allow', groups: [], media_types: [] })).toMatchObject({
    status: 400,
  })
  expect(
    await on.rule({ mode: 'allow', groups: ['documents'], media_types: ['IMAGE/png'] }),
  ).toMatchObject({
    status: 400,
  })
  const listed = () =>
    on.json('GET', '/api/v1/books') as unknown as Promise<{
      items: { name: string; type_rule: unknown }[]
    }>
  const ruleOf = async (name: string) =>
    (await listed()).items.find((book) => book.name === name)?.type_rule
  expect(await ruleOf('Strict')).toEqual(NO_PROGRAMS)
  expect(await ruleOf('Open')).toBeNull()
  const bob = await on.world.person('bob')
  await on.world.grant(bob.id, 'contributor', { bookId: on.strict.id })
  const byBob = await on.world.ask('PATCH', `/api/v1/books/${on.strict.id}`, {
    token: bob.token,
    json: { type_rule: null },
  })
  expect(byBob.status).toBe(403)
  expect((await on.rule(null)).status).toBe(204)
  expect(await ruleOf('Strict')).toBeNull()
  expect((await DOORS.form?.(on, PROGRAM))?.status).toBe(201)
  const { items } = await on.world.ports.catalog.journal.auditPage(50)
  expect(
    items.filter((entry) => entry.action === 'book.types').map((entry) => entry.detail),
  ).toEqual([{ rule: null }, { rule: { mode: 'deny', groups: ['programs'], mediaTypes: [] } }])
})

it('lets nothing pass a rule while files cannot be looked at', async () => {
  const world = await serverWorld({ upload }, 'disk')
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Strict', 'Plans')
  await world.grant(id, 'admin', { bookId: book.id })
  const json = { type_rule: NO_PROGRAMS }
  await world.ask('PATCH', `/api/v1/books/${book.id}`, { token, json })
  const form = formOf([
    ['chapter_id', book.chapters[0] ?? ''],
    ['file', 'text', 'a.txt'],
  ])
  const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
  expect(answer.status).toBe(503)
})

/** Every file of the store. */
async function files({ world }: Library): Promise<string[]> {
  const found = await Promise.all(
    ['blobs', 'staging', 'received'].map((folder) =>
      readdir(join(world.root, folder), { recursive: true, withFileTypes: true }),
    ),
  )
  return found.flat().flatMap((entry) => (entry.isFile() ? [entry.name] : []))
}
