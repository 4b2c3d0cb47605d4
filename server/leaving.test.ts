import { expect, it } from 'vitest'
import { geminiEmbedder } from '../adapters/gemini/embedder.ts'
import { serverWorld } from '../tests/server-world.ts'

it('a book stays in the house until an administrator of the organization says otherwise, on record', async () => {
  const world = await serverWorld()
  const root = await world.person('chief', 'admin')
  const ada = await world.person('ada')
  const book = await world.shelf('Plans', 'Chapter')
  await world.grant(ada.id, 'admin', { bookId: book.id })
  const set = (token: string, may_leave: boolean) =>
    world.ask('PATCH', `/api/v1/books/${book.id}`, { token, json: { may_leave } })
  const isOpen = async () => {
    const answer = await world.ask('GET', '/api/v1/books', { token: ada.token })
    const { items } = (await answer.json()) as { items: { id: string; may_leave: boolean }[] }
    return items.find(({ id }) => id === book.id)?.may_leave
  }
  expect(await isOpen()).toBe(false)
  expect((await set(ada.token, true)).status).toBe(403)
  expect(await isOpen()).toBe(false)
  expect((await set(root.token, true)).status).toBe(204)
  expect(await isOpen()).toBe(true)
  expect((await set(root.token, false)).status).toBe(204)
  const { items } = await world.ports.catalog.journal.auditPage(20)
  expect(
    items
      .filter(({ action }) => action === 'book.may_leave')
      .map(({ userId, subject, detail }) => [userId, subject, detail]),
  ).toEqual([
    [root.id, `book:${book.id}`, { may_leave: false }],
    [root.id, `book:${book.id}`, { may_leave: true }],
  ])
})

it('an Ollama that does not answer is seen, and nothing else waits for it', async () => {
  let isAway = false
  const world = await serverWorld({
    ollama: async () => {
      if (isAway) throw new Error('Ollama does not answer.')
    },
  })
  const { token } = await world.person('chief', 'admin')
  const ready = async () => (await world.ask('GET', '/readyz', { token })).json()
  expect(await ready()).toMatchObject({ status: 'ok', checks: { ollama: 'ok' } })
  isAway = true
  const status = await world.ask('GET', '/api/v1/status', { token })
  expect(await status.json()).toMatchObject({
    checks: expect.arrayContaining([
      { name: 'ollama', ok: false, warns: false, message: 'Ollama does not answer.' },
    ]),
  })
})

it('stays ready with an embedder elsewhere that a closed book forbids to use, and says so', async () => {
  const world = await serverWorld()
  const { token } = await world.person('chief', 'admin')
  await world.shelf('Plans', 'Chapter')
  const access = { apiKey: 'none', baseUrl: 'http://127.0.0.1:9', timeoutMs: 1000 }
  world.ports.embedder = geminiEmbedder({ ...access, model: 'embedding', dimension: 384 })
  const ready = await world.ask('GET', '/readyz')
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'degraded', checks: { embedder: 'failing', catalog: 'ok' } },
  ])
  expect((await world.ask('GET', '/api/v1/search?q=bridge', { token })).status).toBe(200)
})
