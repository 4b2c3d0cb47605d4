import { createHash } from 'node:crypto'
import { settleArrivals } from '../core/ingest/settle.ts'
import type { Ask, ServerWorld } from './server-world.ts'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Somebody with a chapter of her own, as a client of the API. */
export async function person(world: ServerWorld, name: string, bookIds?: string[]) {
  const { id, chapters } = await world.shelf(`Book of ${name}`, 'Chapter')
  const chapterId = chapters[0] ?? ''
  const owner = await world.person(name)
  await world.grant(owner.id, 'contributor', { bookId: id })
  const limited = bookIds && (await world.person(name, 'member', { bookIds }))
  const { token } = limited ?? owner
  const ask = (method: string, path: string, given: Ask = {}) =>
    world.ask(method, path, { token, ...given })
  const request = async (text: string, wish: Record<string, unknown> = {}) => {
    const file = { doc_name: 'plan.txt', file_size: text.length, doc_hash_256: sha256(text) }
    const json = { ...file, chapter_id: chapterId, ...wish }
    return ask('POST', '/upload/request', { json })
  }
  const complete = (doc_id: string) => ask('POST', '/upload/complete', { json: { doc_id } })
  /** Sends a file in three steps; returns what the last one says. */
  const store = async (text: string, wish: Record<string, unknown> = {}) => {
    const { doc_id, s3_presigned_url } = await bodyOf(await request(text, wish))
    await ask('PUT', s3_presigned_url ?? '', { body: text })
    return bodyOf(await complete(doc_id ?? ''))
  }
  return { ...owner, token, bookId: id, chapterId, ask, request, complete, store }
}

export type Person = Awaited<ReturnType<typeof person>>

export const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, string>

/** Settles what has arrived and makes a version findable, as if the worker had read it. */
export async function makeFindable({ ports }: ServerWorld, versionId = ''): Promise<void> {
  await settleArrivals(ports)
  await ports.catalog.ingest.markLinked(versionId, ports.clock.now())
}
