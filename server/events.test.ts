import { expect, it, onTestFinished } from 'vitest'
import { newId } from '../core/ids.ts'
import { formOf, type ServerWorld, serverWorld } from '../tests/server-world.ts'

interface Told {
  event: string
  id: string
  data: Record<string, unknown>
}

/** Listens, and hands the events out one by one. */
async function listen(world: ServerWorld, token: string, lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const answer = await world.ask('GET', '/api/v1/events', { token, headers })
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  onTestFinished(() => reader.cancel())
  let text = ''
  return {
    headers: answer.headers,
    /** The next event; undefined when the stream has ended. */
    async next(): Promise<Told | undefined> {
      while (!text.includes('\n\n')) {
        const { done, value } = await reader.read()
        if (done) return undefined
        text += Buffer.from(value).toString()
      }
      const block = text.slice(0, text.indexOf('\n\n'))
      text = text.slice(block.length + 2)
      if (block.startsWith(':')) return this.next()
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)))
      return { event: fields.event, id: fields.id, data: JSON.parse(fields.data) }
    },
  }
}

async function twoShelves() {
  const world = await serverWorld()
  const ada = await world.person('ada')
  const bob = await world.person('bob')
  const [one, two] = [await world.shelf('One', 'First'), await world.shelf('Two', 'Second')]
  await world.grant(ada.id, 'contributor', { bookId: one.id })
  await world.grant(bob.id, 'contributor', { bookId: two.id })
  const store = async (token: string, chapterId = '') => {
    const name = `${newId()}.txt`
    const form = formOf([
      ['chapter_id', chapterId],
      ['file', name, name],
    ])
    const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
    return ((await answer.json()) as { document_id: string }).document_id
  }
  return {
    world,
    ada,
    bob,
    one,
    storeInOne: () => store(ada.token, one.chapters[0]),
    storeInTwo: () => store(bob.token, two.chapters[0]),
  }
}

it('tells what happens in sight, as it happens, and nothing else', async () => {
  const { world, ada, storeInOne, storeInTwo } = await twoShelves()
  const stream = await listen(world, ada.token)
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  expect(await stream.next()).toMatchObject({ event: 'hello' })
  await storeInTwo()
  const id = await storeInOne()
  const told = await stream.next()
  expect(told).toMatchObject({ event: 'document', data: { document_id: id } })
})

it('goes on where a connection broke', async () => {
  const { world, ada, storeInOne } = await twoShelves()
  const first = await listen(world, ada.token)
  const hello = await first.next()
  const ids = [await storeInOne(), await storeInOne()]
  const second = await listen(world, ada.token, hello?.id)
  expect(await second.next()).toMatchObject({ event: 'hello', id: hello?.id })
  const told: unknown[] = []
  let last = ''
  while (told.length < 2) {
    const event = await second.next()
    if (event?.event === 'document') told.push(event.data.document_id)
    last = event?.id ?? ''
  }
  expect(told).toEqual(ids)
  const third = await listen(world, ada.token, last)
  await third.next()
  const id = await storeInOne()
  expect(await third.next()).toMatchObject({ data: { document_id: id } })
})

it('falls silent for a chapter the moment the right is taken back', async () => {
  const { world, ada, bob, one, storeInOne, storeInTwo } = await twoShelves()
  const root = await world.person('root', 'admin')
  const json = { user_id: bob.id, role: 'viewer' }
  const path = `/api/v1/books/${one.id}/grants`
  const made = await world.ask('POST', path, { token: root.token, json })
  const { id } = (await made.json()) as { id: string }
  const stream = await listen(world, bob.token)
  await stream.next()
  const seen = await storeInOne()
  expect(await stream.next()).toMatchObject({ data: { document_id: seen } })
  await world.ask('DELETE', `/api/v1/grants/${id}`, { token: root.token })
  await storeInOne()
  const own = await storeInTwo()
  const told = [await stream.next()]
  while (told.at(-1)?.event !== 'document') told.push(await stream.next())
  expect(told.at(-1)).toMatchObject({ data: { document_id: own } })
  // Whoever shows what was seen before is told to look again; ids go on from the last event.
  expect(told.filter((each) => each?.event === 'rights')).toMatchObject([{ id: undefined }])
  expect(ada.id).not.toBe(bob.id)
})

it('ends with the token that opened it', async () => {
  const { world, ada } = await twoShelves()
  const stream = await listen(world, ada.token)
  await stream.next()
  await world.ask('DELETE', `/api/v1/tokens/${ada.tokenId}`, { token: ada.token })
  expect(await stream.next()).toBeUndefined()
})

it('ends when the server stops', async () => {
  const { world, ada } = await twoShelves()
  const stream = await listen(world, ada.token)
  await stream.next()
  await world.app.shut()
  expect(await stream.next()).toBeUndefined()
})

it('opens no stream for HEAD, which nobody would read or close', async () => {
  const { world, ada } = await twoShelves()
  const answer = await world.ask('HEAD', '/api/v1/events', { token: ada.token })
  expect([answer.status, answer.body]).toEqual([200, null])
})
