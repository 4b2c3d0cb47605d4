import { expect, it } from 'vitest'
import { newId } from '../core/ids.ts'
import { type Ask, type ServerWorld, serverWorld } from '../tests/server-world.ts'
import { bodyOf, person, sha256 } from '../tests/two-people.ts'

const SECRET = 'the bridge is closed from March'

/** Somebody's token that reaches one of her books, and not the one she keeps her files in. */
async function limitedOf(world: ServerWorld, owner: { id: string }) {
  const { id, chapters } = await world.shelf('Open book', 'Chapter')
  await world.grant(owner.id, 'contributor', { bookId: id })
  const { token } = await world.person('vera', 'member', { bookIds: [id] })
  const ask = (method: string, path: string, given: Ask = {}) =>
    world.ask(method, path, { token, ...given })
  return { ask, chapterId: chapters[0] }
}

it('A13 credential-scope: a key that its owner used in another book is as good as new', async () => {
  const world = await serverWorld()
  const vera = await person(world, 'vera')
  const limited = await limitedOf(world, vera)
  const wish = { idempotency_key: `file ${sha256(SECRET)}` }
  const { doc_id: stored } = await vera.store(SECRET, wish)
  const open = await bodyOf(await vera.request('another', { idempotency_key: 'open' }))

  const asked = async (idempotency_key: string) => {
    const file = { doc_name: 'a.txt', file_size: SECRET.length, doc_hash_256: sha256(SECRET) }
    const json = { ...file, chapter_id: limited.chapterId, idempotency_key }
    return limited.ask('POST', '/upload/request', { json })
  }
  const fresh = await bodyOf(await asked(newId()))
  for (const key of [wish.idempotency_key, 'open']) {
    const answer = await bodyOf(await asked(key))
    expect(answer.status).toBe('UPLOAD_URL_GENERATED')
    expect(Object.keys(answer)).toEqual(Object.keys(fresh))
    expect([stored, open.doc_id]).not.toContain(answer.doc_id)
    const again = await bodyOf(await asked(key))
    expect(again.doc_id).toBe(answer.doc_id)
  }
  const sent = await vera.ask('PUT', open.s3_presigned_url ?? '', { body: 'another' })
  expect(sent.status).toBe(200)
})

it('A13 credential-scope: uploads into other books of its owner are as absent as any', async () => {
  const world = await serverWorld()
  const vera = await person(world, 'vera')
  const limited = await limitedOf(world, vera)
  const done = await vera.store(SECRET)
  const { doc_id: open } = await bodyOf(await vera.request('another', { doc_name: 'b.txt' }))
  const told = async (id = '') => {
    const answers = [
      await limited.ask('GET', `/upload/${id}`),
      await limited.ask('POST', '/upload/complete', { json: { doc_id: id } }),
      await limited.ask('POST', '/upload/prove', {
        json: { doc_id: id, cid: 'ab'.repeat(16), proof: 'ab'.repeat(32) },
      }),
    ]
    const bodies = answers.map(async (answer) => {
      const { trace_id: _1, instance: _2, ...body } = await bodyOf(answer)
      return [answer.status, body]
    })
    return Promise.all(bodies)
  }
  const absent = await told(newId())
  expect(absent.map(([status]) => status)).toEqual([404, 404, 404])
  expect(await told(done.doc_id)).toEqual(absent)
  expect(await told(open)).toEqual(absent)
})
