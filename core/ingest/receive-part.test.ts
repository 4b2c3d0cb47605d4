import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { crc32c } from '../crc32c.ts'
import { newId, newTraceId } from '../ids.ts'
import { recover } from '../upkeep/recover.ts'
import type { PartChecksum } from './part-check.ts'
import { receivePart } from './receive-part.ts'
import { receiveUpload } from './receive-upload.ts'
import { uploadTokenHash } from './request-upload.ts'
import { newTurns } from './turns.ts'

const PARTS = ['The bridg', 'e stands ', 'since 193', '2.']
const TEXT = PARTS.join('')
const HOUR_MS = 3_600_000

async function box() {
  const { root, userId, first } = await seededCatalog()
  const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  await catalog.people.updateUser(userId, { orgRole: 'admin' })
  const clock = manualClock(Date.now())
  const blobs = await diskBlobStore(root)
  const ports = { catalog, clock, blobs, turns: newTurns() }
  const id = newId()
  const now = clock.now()
  await catalog.uploads.create({
    id,
    userId,
    chapterId: first.chapterId,
    folder: '',
    name: 'bridge.txt',
    onConflict: 'version',
    declaredSize: TEXT.length,
    partBytes: 9,
    status: 'UPLOAD_PENDING',
    traceId: newTraceId(),
    createdAt: now,
    updatedAt: now,
  })
  const address = (token: string) =>
    catalog.uploads.move(
      id,
      'UPLOAD_URL_GENERATED',
      { tokenHash: uploadTokenHash(token), urlExpiresAt: now + HOUR_MS },
      now,
    )
  await address('secret')
  const send = (number: number, source = bytesOf(PARTS[number - 1] ?? ''), token = 'secret') =>
    receivePart(ports, { token, number, checksums: checksumsOf(number) }, source)
  const numbers = async () => (await catalog.uploads.parts(id)).map(({ number }) => number)
  const onDisk = async () => {
    const staged = await blobs.stagedParts(id)
    return staged?.digest
  }
  return { ...ports, ports, id, userId, address, send, numbers, onDisk }
}

it('takes parts in any order and beside each other; the last one makes the upload received', async () => {
  const on = await box()
  const receipts = await Promise.all([4, 2, 1, 3].map((number) => on.send(number)))
  expect(receipts.filter(({ isLast }) => isLast)).toMatchObject([
    { upload: { status: 'UPLOAD_RECEIVED' }, receivedBytes: TEXT.length },
  ])
  expect(await on.numbers()).toEqual([1, 2, 3, 4])
  expect(await on.onDisk()).toBe(sha256(TEXT))
})

it.each([
  ['other bytes', 'e stands!'],
  ['fewer bytes', 'e stand'],
  ['more bytes', 'e stands since'],
])(
  'does not count a part that comes with %s, and takes it when it is sent again',
  async (_, text) => {
    const on = await box()
    const wrong = on.send(2, bytesOf(text))
    await expect(wrong).rejects.toMatchObject({ code: 'digest_mismatch', reason: 'PART_MISMATCH' })
    expect(await on.numbers()).toEqual([])
    for (const number of [1, 2, 3, 4]) await on.send(number)
    expect(await on.onDisk()).toBe(sha256(TEXT))
  },
)

it('holds a part against each checksum that came with it', async () => {
  const on = await box()
  const right = checksumsOf(1)
  for (const { kind } of right) {
    const checksums = right.map((each) => (each.kind === kind ? { kind, hex: '00' } : each))
    const sent = receivePart(
      on.ports,
      { token: 'secret', number: 1, checksums },
      bytesOf('The bridg'),
    )
    await expect(sent).rejects.toMatchObject({ reason: 'PART_MISMATCH' })
  }
  expect(await on.numbers()).toEqual([])
})

it('reads a part that it has, checks it, and writes nothing', async () => {
  const on = await box()
  for (const number of [1, 2, 3]) await on.send(number)
  expect(await on.send(2)).toMatchObject({ receivedBytes: 27, isLast: false })
  await expect(on.send(2, bytesOf('E STANDS '))).rejects.toMatchObject({ reason: 'PART_MISMATCH' })
  await on.send(4)
  // Its answer may have been lost, so the last one is sent again too.
  expect(await on.send(4)).toMatchObject({ upload: { status: 'UPLOAD_RECEIVED' }, isLast: false })
  expect(await on.onDisk()).toBe(sha256(TEXT))
})

it('lets who sends a part again take over from one that went silent', async () => {
  const on = await box()
  const silent = silentAfter('e sXXXX')
  const first = on.send(2, silent.source)
  await silent.reached
  const second = on.send(2)
  await expect(first).rejects.toMatchObject({ code: 'conflict', reason: 'PART_REPLACED' })
  await second
  silent.goOn()
  for (const number of [1, 3, 4]) await on.send(number)
  expect(await on.onDisk()).toBe(sha256(TEXT))
})

it('counts nothing for an address that was revoked while the part was under way', async () => {
  const on = await box()
  await on.send(1)
  const slow = silentAfter('e stands ')
  const part = on.send(2, slow.source)
  await slow.reached
  await on.address('another')
  slow.goOn()
  await expect(part).rejects.toMatchObject({ code: 'not_found', reason: 'UPLOAD_URL_GONE' })
  await expect(on.send(3)).rejects.toMatchObject({ code: 'not_found' })
  expect(await on.numbers()).toEqual([1])
  await on.send(2, bytesOf(PARTS[1] ?? ''), 'another')
  expect(await on.numbers()).toEqual([1, 2])
})

it('counts nothing for an address that expired while the part was under way, to the tick', async () => {
  const on = await box()
  const slow = silentAfter('e stands ')
  const part = on.send(2, slow.source)
  await slow.reached
  on.clock.advance(HOUR_MS)
  slow.goOn()
  await expect(part).rejects.toMatchObject({ code: 'not_found', reason: 'UPLOAD_URL_GONE' })
  expect(await on.numbers()).toEqual([])
  await expect(on.send(1)).rejects.toMatchObject({ code: 'not_found' })
})

it('counts a part that ends a tick before its address does', async () => {
  const on = await box()
  on.clock.advance(HOUR_MS - 1)
  await on.send(1)
  expect(await on.numbers()).toEqual([1])
})

it('forgets nothing counted, and counts nothing else, when it is killed between part and row', async () => {
  const on = await box()
  await on.send(1)
  await on.blobs.stagePart(on.id, 9, bytesOf('GARBAGE'))
  await recover(on.ports)
  expect(await on.numbers()).toEqual([1])
  const again = { ...on.ports, turns: newTurns() }
  for (const number of [2, 3, 4]) {
    const checksums = checksumsOf(number)
    await receivePart(
      again,
      { token: 'secret', number, checksums },
      bytesOf(PARTS[number - 1] ?? ''),
    )
  }
  expect(await on.onDisk()).toBe(sha256(TEXT))
})

it('knows no parts beyond the file', async () => {
  const on = await box()
  for (const number of [0, 5]) {
    await expect(on.send(number)).rejects.toMatchObject({ reason: 'NO_SUCH_PART' })
  }
})

it('keeps a file that comes whole apart from its parts', async () => {
  const on = await box()
  await on.send(1)
  const slow = silentAfter('e stands ')
  const part = on.send(2, slow.source)
  await slow.reached
  const received = await receiveUpload(on.ports, { token: 'secret' }, bytesOf(TEXT))
  slow.goOn()
  await expect(part).rejects.toMatchObject({ reason: 'UPLOAD_URL_GONE' })
  expect(received.receivedDigest).toBe(sha256(TEXT))
  expect((await on.blobs.staged(on.id, received.receivedDigest!))?.sizeBytes).toBe(TEXT.length)
  expect(await on.numbers()).toEqual([])
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function checksumsOf(number: number): PartChecksum[] {
  const bytes = Buffer.from(PARTS[number - 1] ?? '')
  const hash = (kind: 'sha256' | 'md5') => createHash(kind).update(bytes).digest('hex')
  return [
    { kind: 'crc32c', hex: crc32c(bytes).toString(16).padStart(8, '0') },
    { kind: 'sha256', hex: hash('sha256') },
    { kind: 'md5', hex: hash('md5') },
  ]
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  for (const letter of text) yield Buffer.from(letter)
}

/** Sends `text`, then nothing until `goOn`. */
function silentAfter(text: string) {
  const reached = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  async function* source() {
    yield* bytesOf(text)
    reached.resolve()
    await held.promise
  }
  return { source: source(), reached: reached.promise, goOn: () => held.resolve() }
}
