import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { settleArrivals } from '../core/ingest/settle.ts'
import { sweep } from '../core/upkeep/sweep.ts'
import { measureDisk } from '../core/upkeep/usage.ts'
import { verify } from '../core/upkeep/verify.ts'
import { eventually } from '../tests/flows/running-box.ts'
import { serverWorld } from '../tests/server-world.ts'

const CONTENT = randomBytes(20_000)
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')
const REQUESTS = 200
const PEOPLE = 8
const HOUR_MS = 3_600_000

/** People with chapters of their own and one that all of them share. */
async function office() {
  const world = await serverWorld({}, 'disk')
  const common = await world.shelf('Common', 'Common')
  const people = []
  for (let n = 0; n < PEOPLE; n++) {
    const person = await world.person(`person ${n}`)
    const own = await world.shelf(`Book ${n}`, 'One', 'Two')
    for (const bookId of [own.id, common.id]) {
      await world.grant(person.id, 'contributor', { bookId })
    }
    people.push({ token: person.token, chapters: [...own.chapters, ...common.chapters] })
  }
  return { world, people }
}

type Office = Awaited<ReturnType<typeof office>>

/** Request, bytes, complete; or the bytes and complete in one. Returns the id of the document. */
async function upload({ world, people }: Office, n: number): Promise<string> {
  const { token, chapters } = people[n % PEOPLE] ?? { token: '', chapters: [] }
  const call = async (method: string, path: string, given: object) => {
    const answer = await world.ask(method, path, { token, ...given })
    const body = (await answer.json()) as Record<string, string | null>
    expect({ path, status: answer.status, reason: body.reason }).toMatchObject({ status: 200 })
    return body
  }
  const wish = {
    doc_name: `copy ${n}.bin`,
    doc_hash_256: SHA256,
    file_size: CONTENT.length,
    chapter_id: chapters[n % chapters.length],
  }
  const asked = await call('POST', '/upload/request', { json: wish })
  const body = new Uint8Array(CONTENT)
  // Whoever can read the content already has nothing to send.
  if (asked.s3_presigned_url && n % 2 === 0) {
    await call('PUT', `${asked.s3_presigned_url}?complete=1`, { body })
  } else if (asked.s3_presigned_url) {
    await call('PUT', asked.s3_presigned_url, { body })
  }
  const done = await call('POST', '/upload/complete', { json: { doc_id: asked.doc_id } })
  expect(done.status).toBe('UPLOAD_COMPLETE')
  return String(done.document_id)
}

it('200 uploads of one content at once: one blob, 200 pointers, and nothing once they are gone', async () => {
  const on = await office()
  const { ports } = on.world
  const numbers = Array.from({ length: REQUESTS }, (_, n) => n)
  let isOver = false
  const settling = (async () => {
    while (!isOver) {
      await settleArrivals(ports)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const ids = await Promise.all(numbers.map((n) => upload(on, n))).finally(() => {
    isOver = true
  })
  await settling
  await settleArrivals(ports)

  expect(new Set(ids).size).toBe(REQUESTS)
  const { catalog } = ports
  expect(await catalog.blobs.usage()).toMatchObject({
    versions: REQUESTS,
    blobs: 1,
    logicalBytes: REQUESTS * CONTENT.length,
    uniqueBytes: CONTENT.length,
  })
  const [blob, ...others] = await catalog.blobs.page(0, 10)
  expect(blob).toMatchObject({ digest: SHA256, refs: REQUESTS })
  expect(others).toEqual([])
  expect(await measureDisk(ports)).toBe(CONTENT.length)
  const problems = (await verify(ports)).flatMap((step) => step.problems)
  expect(problems).toEqual([])

  const root = await on.world.person('root', 'admin')
  for (const id of ids) {
    for (const query of ['', '?permanent=true']) {
      const path = `/api/v1/documents/${id}${query}`
      expect((await on.world.ask('DELETE', path, { token: root.token })).status).toBe(204)
    }
  }
  expect(await measureDisk(ports)).toBe(CONTENT.length)
  const times = { graceMs: HOUR_MS, trashMs: HOUR_MS, uploadMs: HOUR_MS, endedUploadMs: HOUR_MS }
  await eventually(async () => {
    ports.clock.advance(2 * HOUR_MS)
    await sweep(ports, times)
    return (await measureDisk(ports)) === 0
  })
  expect(await catalog.blobs.page(0, 10)).toEqual([])
}, 120_000)
