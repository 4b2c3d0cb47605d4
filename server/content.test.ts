import { describe, expect, it, vi } from 'vitest'
import { settleArrivals } from '../core/ingest/settle.ts'
import { formOf, serverWorld } from '../tests/server-world.ts'
import { dispositionOf, mayShow, tellType } from './disposition.ts'
import { rangeOf } from './range.ts'

const TEXT = '0123456789abcdefghij'

async function stored(name = 'notes.txt', type = 'text/plain') {
  const world = await serverWorld()
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  const form = formOf([
    ['chapter_id', book.chapters[0] ?? ''],
    ['file', TEXT, name],
  ])
  const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
  const { document_id, version_id } = (await answer.json()) as Record<string, string>
  await settleArrivals(world.ports)
  const digest = (await world.ports.catalog.library.version('all', version_id ?? ''))?.digest
  if (digest) await world.ports.catalog.blobs.setType(digest, type, 'text')
  const get = (headers: Record<string, string> = {}, query = '', method = 'GET') =>
    world.ask(method, `/api/v1/documents/${document_id}/content${query}`, { token, headers })
  return { world, token, get, document_id, version_id }
}

describe('the bytes of a file', () => {
  it('come whole, as a download that no page can use', async () => {
    const { get } = await stored()
    const answer = await get()
    expect([answer.status, await answer.text()]).toEqual([200, TEXT])
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': '20',
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="notes.txt"; filename*=UTF-8''notes.txt`,
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'accept-ranges': 'bytes',
    })
  })

  it.each([
    ['bytes=0-4', '01234', 'bytes 0-4/20'],
    ['bytes=15-', 'fghij', 'bytes 15-19/20'],
    ['bytes=-3', 'hij', 'bytes 17-19/20'],
    ['bytes=18-999', 'ij', 'bytes 18-19/20'],
  ])('come in part for %s', async (range, text, contentRange) => {
    const { get } = await stored()
    const answer = await get({ range })
    expect([answer.status, await answer.text()]).toEqual([206, text])
    expect(answer.headers.get('content-range')).toBe(contentRange)
    expect(answer.headers.get('content-length')).toBe(String(text.length))
  })

  it('do not come for a range beyond them', async () => {
    const { get } = await stored()
    const answer = await get({ range: 'bytes=20-' })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */20'])
  })

  it('do not come again to those who have them', async () => {
    const { get } = await stored()
    const etag = (await get()).headers.get('etag') ?? ''
    expect((await get({ 'if-none-match': `"other", ${etag}` })).status).toBe(304)
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200)
    expect((await get({ 'if-range': etag, range: 'bytes=0-1' })).status).toBe(206)
    expect((await get({ 'if-range': '"other"', range: 'bytes=0-1' })).status).toBe(200)
  })

  it('are announced to HEAD without being sent', async () => {
    const { get } = await stored()
    const answer = await get({}, '', 'HEAD')
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('content-length')).toBe('20')
  })

  it('have validators that tell nothing of equal content', async () => {
    const { world, token, get } = await stored()
    const mine = (await get()).headers.get('etag')
    const book = await world.shelf('Other', 'Copies')
    const other = await world.person('bob')
    await world.grant(other.id, 'contributor', { bookId: book.id })
    const form = formOf([
      ['chapter_id', book.chapters[0] ?? ''],
      ['file', TEXT, 'copy.txt'],
    ])
    const made = await world.ask('POST', '/knowledge-base/upload', { token: other.token, ...form })
    const { version_id } = (await made.json()) as Record<string, string>
    const path = `/api/v1/versions/${version_id}/content`
    const theirs = await world.ask('GET', path, { token: other.token })
    expect([theirs.status, theirs.headers.get('etag')]).not.toEqual([200, mine])
    expect((await world.ask('GET', path, { token })).status).toBe(404)
  })

  it('are shown in the page only where nothing in them can run', async () => {
    for (const [type, shown, told] of [
      ['application/pdf', 'inline', 'application/pdf'],
      ['text/html', 'attachment', 'application/octet-stream'],
      ['image/svg+xml', 'attachment', 'application/octet-stream'],
    ] as const) {
      const { get } = await stored('a.bin', type)
      const { headers } = await get({}, '?disposition=inline')
      expect(headers.get('content-disposition')).toMatch(new RegExp(`^${shown};`))
      expect(headers.get('content-type')).toBe(told)
    }
  })

  it.each([
    ['once, in however many pieces', ['bytes=0-4', 'bytes=5-9', 'bytes=10-'], 1],
    ['once, whichever byte is the first', ['bytes=5-9', 'bytes=10-'], 1],
    ['each time they are fetched anew', ['bytes=0-4', 'bytes=5-', 'bytes=0-', 'bytes=0-'], 3],
  ])('are written down %s', async (_how, ranges, times) => {
    const { world, get, document_id } = await stored()
    for (const range of ranges) await get({ range })
    const readings = await vi.waitFor(async () => {
      const { items: later } = await world.ports.catalog.journal.auditPage(50)
      const found = later.filter(({ action }) => action === 'document.read')
      expect(found.length).toBeGreaterThanOrEqual(times)
      return found
    })
    const entry = {
      subject: `document:${document_id}`,
      subjectName: expect.any(String),
      subjectPlace: 'Work / Plans',
    }
    expect(readings).toMatchObject(Array.from({ length: times }, () => entry))
  })
})

it('C18 header-injection: puts no name of a file into a header as it is', async () => {
  const name = `a"b\\c;d='e' ü‮ %0d%0aSet-Cookie: x=1 *.txt`
  const header = dispositionOf('attachment', name)
  expect(header).toMatch(/^attachment; filename="[\w .()+,%_-]*"; filename\*=UTF-8''[\w.%!~-]+$/)
  expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name)
  expect(dispositionOf('inline', '\r\nX: y\ud800')).not.toMatch(/[\r\n]/)
})

it('renames a file in the catalog to what a header cannot carry, and still sends it', async () => {
  const { world, token, get, document_id } = await stored()
  const json = { name: 'x"; filename=evil.exe; y="ü.txt' }
  await world.ask('PATCH', `/api/v1/documents/${document_id}`, { token, json })
  const { headers } = await get()
  expect(headers.get('content-disposition')).toBe(
    `attachment; filename="x__ filename_evil.exe_ y___.txt"; filename*=UTF-8''x%22%3B%20filename%3Devil.exe%3B%20y%3D%22%C3%BC.txt`,
  )
})

it.each([
  ['bytes=0-0', 1, { start: 0, end: 1 }],
  ['bytes=-5', 3, { start: 0, end: 3 }],
  ['bytes=-0', 3, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=3-2', 9, undefined],
  ['bytes=0-1,3-4', 9, undefined],
  ['bytes=-', 9, undefined],
  ['items=0-1', 9, undefined],
  ['bytes=99999999999999999999-', 9, undefined],
  [undefined, 9, undefined],
])('reads the range %s of %d bytes', (header, size, expected) => {
  expect(rangeOf(header, size)).toEqual(expected)
})

it.each([
  'text/html',
  'text/javascript',
  'text/xsl',
  'application/x-javascript',
  'application/xhtml+xml',
  'application/x-shockwave-flash',
  'multipart/related',
  'image/svg+xml',
  'image/x+xml',
  'image/png; charset=utf-7',
  'x\r\ny/z',
  '',
])('never tells the type %s', (type) => {
  expect([tellType(type), mayShow(type)]).toEqual(['application/octet-stream', false])
})
