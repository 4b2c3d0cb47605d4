import { createHash, createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { masterKey } from '../../adapters/disk/master-key.ts'
import { parseDigest } from '../../core/digest.ts'
import { keysFrom } from '../../core/keys.ts'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const FILE_BYTES = 2 * 2 ** 20
/** The fewest that any content needs. */
const HOLDERS = 3

let box: RunningBox

beforeAll(async () => {
  // A machine so slow on paper answers a proof after four seconds, however busy it really is.
  box = await startBox({ ONEFOLD_PROOF_BYTES_PER_SECOND: '1000000' })
})

afterAll(() => box?.stop())

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A file that is offered as soon as three others hold it: the box's secret decides which are. */
async function luckyFile(): Promise<Buffer> {
  const keys = keysFrom(await masterKey(join(box.dataDir, 'master.key')))
  for (;;) {
    const bytes = randomBytes(FILE_BYTES)
    const digest = parseDigest(sha256(bytes))
    if (digest && keys.threshold(keys.tag(digest)) === HOLDERS) return bytes
  }
}

/** An account with a book of its own. */
async function person(name: string) {
  const { id, token } = await box.addPerson(name)
  const book = await box.json('/api/v1/books', { method: 'POST', body: { name: `Of ${name}` } })
  const path = `/api/v1/books/${book.id}`
  const { id: chapterId } = await box.json(`${path}/chapters`, {
    method: 'POST',
    body: { name: 'Files' },
  })
  const grant = { user_id: id, role: 'contributor' }
  await box.json(`${path}/grants`, { method: 'POST', body: grant })
  return { token, chapterId: String(chapterId) }
}

type Person = Awaited<ReturnType<typeof person>>

async function hold({ token, chapterId }: Person, bytes: Buffer): Promise<void> {
  const form = new FormData()
  form.append('chapter_id', chapterId)
  form.append('file', new Blob([new Uint8Array(bytes)]), 'film.bin')
  await box.json('/knowledge-base/upload', { method: 'POST', token, raw: form })
}

interface Asked {
  doc_id: string
  s3_presigned_url: string
  challenge: Record<'cid' | 'nonce' | 'seed' | 'kind' | 'holder', string> | null
}

const request = ({ token, chapterId }: Person, doc_name: string, digest: string) =>
  box.json<Asked>('/upload/request', {
    method: 'POST',
    token,
    body: { doc_name, doc_hash_256: digest, file_size: FILE_BYTES, chapter_id: chapterId },
  })

/** As docs/api.md lays it out, for a file that is covered whole. */
function proofOf({ doc_id, challenge }: Asked, bytes: Buffer, digest = sha256(bytes)): string {
  if (!challenge) throw new Error('no challenge')
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(FILE_BYTES))
  return createHmac('sha256', Buffer.from(challenge.nonce, 'hex'))
    .update('ofp1-proof')
    .update(Buffer.from(challenge.cid, 'hex'))
    .update(Buffer.from(challenge.holder, 'hex'))
    .update(doc_id)
    .update(size)
    .update(Buffer.from(digest, 'hex'))
    .update(challenge.kind)
    .update(bytes)
    .digest('hex')
}

const prove = ({ token }: Person, { doc_id, challenge }: Asked, proof: string) =>
  box.json('/upload/prove', {
    method: 'POST',
    token,
    body: { doc_id, cid: challenge?.cid, proof },
  })

it('takes a proof for a file that many have, and asks for the bytes of any other', async () => {
  const bytes = await luckyFile()
  const digest = sha256(bytes)
  for (let n = 1; n <= HOLDERS; n++) await hold(await person(`holder${n}`), bytes)
  await eventually(async () => (await box.json('/api/v1/usage')).blobs === 1)
  const paula = await person('paula')
  expect((await request(paula, 'before.bin', digest)).challenge).toBeNull()
  await box.json('/api/v1/admin/privacy', { method: 'PATCH', body: { mode: 'instant' } })

  const asked = await request(paula, 'film.bin', digest)
  const done = await prove(paula, asked, proofOf(asked, bytes))
  expect(done).toMatchObject({ status: 'UPLOAD_COMPLETE', document_id: asked.doc_id })
  const content = `/api/v1/documents/${asked.doc_id}/content`
  const read = await box.call(content, { token: paula.token })
  expect(sha256(new Uint8Array(await read.arrayBuffer()))).toBe(digest)

  const wrong = await request(paula, 'hash only.bin', digest)
  const refusedAs = await prove(paula, wrong, 'ab'.repeat(32))
  const other = randomBytes(FILE_BYTES)
  const unknown = await request(paula, 'unknown.bin', sha256(other))
  const unknownAs = await prove(paula, unknown, proofOf(unknown, other))
  expect(shapeOf(refusedAs)).toEqual(shapeOf(unknownAs))
  expect(unknownAs.status).toBe('UPLOAD_URL_GENERATED')
  await box.json(unknown.s3_presigned_url, {
    method: 'PUT',
    token: paula.token,
    raw: new Uint8Array(other),
  })
  const sent = { method: 'POST', token: paula.token, body: { doc_id: unknown.doc_id } }
  expect((await box.json('/upload/complete', sent)).status).toBe('UPLOAD_COMPLETE')
}, 120_000)

/** Everything of an answer but ids and times. */
const shapeOf = (answer: Record<string, unknown>) =>
  Object.entries(answer).map(([name, value]) => [
    name,
    name === 'status' || value === null ? value : typeof value,
  ])
