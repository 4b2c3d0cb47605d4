import { rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { copiesWorld } from '../../tests/copies-world.ts'
import { verify } from './verify.ts'

it('gives a content back that was marked damaged and reads well, and names what is damaged still', async () => {
  const on = await copiesWorld()
  const { digest } = (await on.store('sound all the time')).version
  const lost = (await on.store('lost')).version.digest
  await rm(await on.pathOf(lost))
  for (const each of [digest, lost]) {
    await on.catalog.blobs.markDamaged((await on.catalog.blobs.live(each))?.id ?? 0)
  }
  const contents = (await verify(on.ports)).find((step) => step.name === 'contents')
  expect(contents?.problems).toEqual([`${lost.slice(0, 8)}: damaged; the file is missing`])
  expect(await on.catalog.blobs.live(digest)).toBeDefined()
})

it('leaves a damaged row alone whose content another row has', async () => {
  const on = await copiesWorld()
  const { digest } = (await on.store('twice')).version
  const blob = await on.catalog.blobs.live(digest)
  await on.catalog.blobs.markDamaged(blob?.id ?? 0)
  await on.db.writer
    .insertInto('blobs')
    .columns(['tag', 'digest', 'path', 'size_bytes', 'created_at'])
    .expression((from) =>
      from
        .selectFrom('blobs')
        .select(({ val }) => [
          'tag',
          'digest',
          val('00/other').as('path'),
          'size_bytes',
          'created_at',
        ]),
    )
    .execute()
  const row = { id: blob?.id ?? 0, path: blob?.path ?? '' }
  expect(await on.catalog.blobs.markSound(row, on.clock.now())).toBe(false)
  expect((await on.catalog.blobs.live(digest))?.path).toBe('00/other')
})

it('marks nothing for one try that fails, nor when many in a row do, unless a person is sure', async () => {
  const on = await copiesWorld()
  const digests = []
  for (let i = 0; i < 4; i++) digests.push((await on.store(`content ${i}`)).version.digest)
  const failing = (times: number) => {
    let left = times
    return {
      ...on.ports.blobs,
      async *read(path: string) {
        if (left-- > 0) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
        yield* on.ports.blobs.read(path)
      },
    }
  }
  const problems = async (times: number, isSure = false) =>
    (await verify({ ...on.ports, blobs: failing(times) }, { isSure })).flatMap(
      (step) => step.problems,
    )
  expect(await problems(1)).toEqual([])
  expect(await problems(99)).toEqual([expect.stringContaining('3 files one after the other')])
  expect(await on.catalog.copies.damaged()).toBe(0)
  expect(await on.catalog.care.alarms()).toMatchObject([{ kind: 'unreadable' }])
  expect(await problems(99, true)).toHaveLength(4)
  expect(await on.catalog.care.alarms()).toEqual([])
  expect(await problems(0)).toEqual([])
  for (const digest of digests) expect(await on.catalog.blobs.live(digest)).toBeDefined()
})
