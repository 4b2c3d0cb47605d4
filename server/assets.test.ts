import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { settleArrivals } from '../core/ingest/settle.ts'
import { formOf, type ServerWorld, serverWorld } from '../tests/server-world.ts'

const PATH = '/api/v1/assets/check-by-hash'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Stores texts in a chapter of its own, findable. @returns the document of each */
async function shelve(world: ServerWorld, token: string, given: { to: string; texts: string[] }) {
  const documents: string[] = []
  for (const text of given.texts) {
    const form = formOf([
      ['chapter_id', given.to],
      ['file', text, `${text}.txt`],
    ])
    const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
    const made = (await answer.json()) as { document_id: string; version_id: string }
    await settleArrivals(world.ports)
    await world.ports.catalog.ingest.markLinked(made.version_id, world.ports.clock.now())
    documents.push(made.document_id)
  }
  return documents
}

async function library() {
  const world = await serverWorld()
  const root = await world.person('root', 'admin')
  const ada = await world.person('ada')
  const own = await world.shelf('Own', 'Plans')
  const others = await world.shelf('Of others', 'Plans')
  await world.grant(ada.id, 'viewer', { bookId: own.id })
  const [bridge = '', tunnel = ''] = await shelve(world, root.token, {
    to: own.chapters[0] ?? '',
    texts: ['bridge', 'tunnel'],
  })
  await shelve(world, root.token, { to: others.chapters[0] ?? '', texts: ['secret'] })
  const check = (json: unknown, token = ada.token) => world.ask('POST', PATH, { token, json })
  return { world, ada, root, own, bridge, tunnel, check }
}

it('answers one question, and many in their order', async () => {
  const { check, bridge, tunnel } = await library()
  const known = (id: string) => ({
    exists: true,
    document_id: id,
    asset_id: id,
    document_ids: [id],
    provider_id: null,
    uploaded_to_providers: [],
    note: 'You can already read this file here.',
  })
  const unknown = {
    exists: false,
    document_id: null,
    asset_id: null,
    document_ids: [],
    provider_id: null,
    uploaded_to_providers: [],
    note: 'Please upload the file.',
  }
  expect(await (await check({ sha256: sha256('bridge').toUpperCase() })).json()).toEqual(
    known(bridge),
  )
  const texts = ['tunnel', 'nothing', 'bridge', 'tunnel']
  expect(await (await check({ sha256s: texts.map(sha256) })).json()).toEqual({
    items: [known(tunnel), unknown, known(bridge), known(tunnel)],
  })
  expect(await (await check({ sha256s: [sha256('bridge')] })).json()).toEqual({
    items: [known(bridge)],
  })
  expect(await (await check({ sha256: sha256('x'), provider_id: 'runway' })).json()).toEqual({
    ...unknown,
    provider_id: 'runway',
  })
})

it('answers the same bytes for what only others have and for what nobody has', async () => {
  const { check, ada } = await library()
  const shapes = new Set<string>()
  for (const text of ['secret', 'nothing']) {
    for (const json of [{ sha256: sha256(text) }, { sha256s: Array(500).fill(sha256(text)) }]) {
      const answer = await check(json, ada.token)
      const headers = [...answer.headers].filter(
        ([name]) => !/^(x-trace-id|traceparent)$/.test(name),
      )
      const shape = JSON.stringify([answer.status, headers, await answer.text()])
      shapes.add(shape)
    }
  }
  expect(shapes.size).toBe(2)
})

it('A13 credential-scope: a token for certain books knows of no others', async () => {
  const { world, check, root, own } = await library()
  const other = await world.shelf('Third')
  const limited = await world.person('root', 'admin', { bookIds: [other.id] })
  const within = await world.person('root', 'admin', { bookIds: [own.id] })
  const exists = async (text: string, token: string) =>
    ((await (await check({ sha256: sha256(text) }, token)).json()) as { exists: boolean }).exists
  expect(await exists('bridge', root.token)).toBe(true)
  expect(await exists('bridge', limited.token)).toBe(false)
  expect(await exists('bridge', within.token)).toBe(true)
  expect(await exists('secret', within.token)).toBe(false)
})

const HASH = 'a'.repeat(64)

it.each([
  ['neither one nor many', {}],
  ['one and many', { sha256: HASH, sha256s: [HASH] }],
  ['none at all', { sha256s: [] }],
  ['more than 500', { sha256s: Array(501).fill(HASH) }],
  ['one among them that is none', { sha256s: [HASH, 'no hash'] }],
  ['one that is too short', { sha256: HASH.slice(1) }],
])('refuses a call with %s', async (_, json) => {
  const { check } = await library()
  expect((await check(json)).status).toBe(400)
})

it('changes nothing and writes no hash down', async () => {
  const { world, check } = await library()
  const { catalog } = world.ports
  const before = await catalog.journal.lastEventId()
  const audit = (await catalog.journal.auditPage(200)).items.length
  world.logged.length = 0
  const asked = await check({ sha256s: [sha256('bridge'), sha256('secret')] })
  expect(asked.status).toBe(200)
  expect(await catalog.journal.lastEventId()).toBe(before)
  expect((await catalog.journal.auditPage(200)).items).toHaveLength(audit)
  expect(JSON.stringify(world.logged)).not.toContain(sha256('bridge').slice(0, 12))
})
