import { createHash, randomBytes } from 'node:crypto'
import { chmod, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { partDigests } from './part-digests.ts'

const PART = 300_000

/** A file whose parts are written as asked, with what its digest is in truth. */
async function parted(count: number) {
  const path = join(await temporaryFolder(), 'a.parts')
  const bytes = randomBytes(count * PART - 1000)
  const digests = partDigests()
  await writeFile(path, '')
  const write = async (number: number, given = bytes) => {
    const from = (number - 1) * PART
    const part = given.subarray(from, from + PART)
    digests.writing(path, from)
    const file = await open(path, 'r+')
    await file.write(part, 0, part.length, from)
    const { mtimeNs: changedNs } = await file.stat({ bigint: true })
    await file.close()
    digests.written(path, { from, to: from + part.length, changedNs })
  }
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { path, bytes, digests, write, truth: { digest, sizeBytes: bytes.length } }
}

it.each([
  ['in order', [1, 2, 3, 4, 5]],
  ['backwards', [5, 4, 3, 2, 1]],
  ['with a gap for a while', [1, 4, 2, 5, 3]],
])('knows the whole of parts that come %s', async (_, order) => {
  const on = await parted(5)
  for (const number of order) await on.write(number)
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
})

it('knows the whole of parts that come beside each other', async () => {
  const on = await parted(8)
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((number) => on.write(number)))
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
})

it('reads all again when somebody else has written to the file', async () => {
  const on = await parted(3)
  for (const number of [1, 2, 3]) await on.write(number)
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
  const others = randomBytes(on.bytes.length)
  await chmod(on.path, 0o640)
  await writeFile(on.path, others, { flag: 'r+' })
  const digest = createHash('sha256').update(others).digest('hex')
  expect((await on.digests.digest(on.path)).digest).toBe(digest)
})

it('counts nothing twice of a part that is written again with other bytes', async () => {
  const on = await parted(3)
  const others = randomBytes(on.bytes.length)
  for (const number of [1, 2, 3]) await on.write(number, others)
  await on.digests.digest(on.path)
  for (const number of [2, 1, 3]) await on.write(number)
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
})

it('reads it all where it does not know how it began, as after a restart', async () => {
  const on = await parted(4)
  for (const number of [1, 2, 3, 4]) await on.write(number)
  expect(await partDigests().digest(on.path)).toEqual(on.truth)
})

it('forgets a file that is gone', async () => {
  const on = await parted(2)
  await on.write(1)
  on.digests.forget(on.path)
  await on.write(2)
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
})

it('is right of a file that it forgot half-way, for all the others that came', async () => {
  const on = await parted(4)
  await on.write(1)
  for (let n = 0; n < 200; n++) on.digests.writing(`given up ${n}`, 0)
  for (const number of [2, 3, 4]) await on.write(number)
  expect(await on.digests.digest(on.path)).toEqual(on.truth)
})
