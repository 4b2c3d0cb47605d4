import { readFile, rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { folderProvider } from '../../adapters/folder/provider.ts'
import { copiesWorld, flipBit } from '../../tests/copies-world.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { verify } from '../upkeep/verify.ts'
import { restoreContent } from './restore-content.ts'

it('heals a flipped bit: found, fetched, and read bit by bit as it was', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan, in full')
  await on.work()
  const damaged = await on.pathOf(version.digest)
  await flipBit(damaged)
  expect((await verify(on.ports)).flatMap((step) => step.problems)).toHaveLength(1)
  expect(await on.catalog.copies.restorable(10)).toEqual([version.digest])

  expect(await restoreContent(on.ports, version.digest)).toBe('folder')
  const healed = await on.pathOf(version.digest)
  expect(healed).not.toBe(damaged)
  expect(await readFile(healed, 'utf8')).toBe('a plan, in full')
  expect((await verify(on.ports)).flatMap((step) => step.problems)).toEqual([])
  expect(await on.catalog.copies.restorable(10)).toEqual([])
  expect(await on.catalog.blobs.reapQueue()).toHaveLength(0)
})

it('leaves a whole content alone', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan')
  await on.work()
  expect(await restoreContent(on.ports, version.digest)).toBeUndefined()
})

it('takes no copy that is not the content, asks the next store, and has the bad one made again', async () => {
  const on = await copiesWorld()
  const other = folderProvider({ name: 'other', path: await temporaryFolder() })
  await on.catalog.copies.enrol(['folder', 'other'])
  const { version } = await on.store('a plan')
  await on.work()
  const [bad = ''] = await on.copies()
  await flipBit(bad)
  const damaged = await on.pathOf(version.digest)
  await rm(damaged, { force: true })
  await verify(on.ports)

  const ports = { ...on.ports, providers: [on.provider, other] }
  await expect(restoreContent(ports, version.digest)).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'NO_GOOD_COPY',
  })
  expect(await on.catalog.blobs.live(version.digest)).toBeUndefined()
  expect(await on.figures()).toMatchObject({ stored: 0, waiting: 1 })

  // The content comes again; both stores get it, and the second one alone stays good.
  await on.store('a plan')
  await on.work()
  await on.work(other)
  await flipBit((await on.copies())[0] ?? '')
  await rm(await on.pathOf(version.digest), { force: true })
  await verify(on.ports)
  expect(await restoreContent(ports, version.digest)).toBe('other')
  expect(await readFile(await on.pathOf(version.digest), 'utf8')).toBe('a plan')
})
