import { expect, it } from 'vitest'
import { sqlIngest } from '../../adapters/sql/ingest.ts'
import { sqlPeople } from '../../adapters/sql/people.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import type { Digest } from '../digest.ts'
import type { Door } from '../model/library.ts'
import { assertFits } from './quota.ts'

const LIMIT = 100

async function box() {
  const seed = await seededCatalog()
  const rule = { userBytes: LIMIT }
  const ingest = sqlIngest(seed.db, testKeys, { quota: rule })
  const people = sqlPeople(seed.db, rule)
  const store = (sizeBytes: number, door: Door = 'web', letter = 'a') =>
    commitContent(
      ingest,
      newVersion(seed, { digest: letter.repeat(64) as Digest, sizeBytes }, { door, now: 1 }),
    )
  return { ...seed, ingest, people, store }
}

it('counts every copy in full, whoever has the content already', async () => {
  const on = await box()
  await on.store(40)
  await on.store(40)
  expect(await on.people.quota(on.userId)).toMatchObject({ limitBytes: LIMIT, usedBytes: 80 })
  await expect(on.store(40)).rejects.toMatchObject({
    code: 'too_large',
    reason: 'QUOTA_EXCEEDED',
    message: expect.stringContaining('20 of your 100 are left'),
  })
  expect(await on.people.quota(on.userId)).toMatchObject({ usedBytes: 80 })
})

it('holds two files that come at once against what is left for both', async () => {
  const on = await box()
  const inputs = ['a', 'b'].map((letter) =>
    newVersion(on, { digest: letter.repeat(64) as Digest, sizeBytes: 60 }, { door: 'web', now: 1 }),
  )
  const paths: string[] = []
  for (const input of inputs) {
    const begun = await on.ingest.begin(input)
    if ('publishPath' in begun) paths.push(begun.publishPath)
  }
  const [first, second] = inputs.map((input, i) => on.ingest.finish(input, paths[i] ?? ''))
  await first
  await expect(second).rejects.toMatchObject({ reason: 'QUOTA_EXCEEDED' })
})

it('gives back what is removed for good', async () => {
  const on = await box()
  await on.store(90)
  await on.db.writer.deleteFrom('versions').execute()
  expect(await on.people.quota(on.userId)).toMatchObject({ usedBytes: 0 })
  await on.store(90, 'api', 'b')
})

it('charges nobody for files of shares and attachments of mails', async () => {
  const on = await box()
  await on.store(500, 'share')
  await on.store(500, 'mail', 'b')
  expect(await on.people.quota(on.userId)).toMatchObject({ usedBytes: 0 })
})

it('follows the account’s own limit where it has one', async () => {
  const on = await box()
  await on.db.writer.updateTable('users').set({ org_role: 'admin' }).execute()
  await on.people.updateUser(on.userId, { quotaBytes: 10 })
  await expect(on.store(11)).rejects.toMatchObject({ reason: 'QUOTA_EXCEEDED' })
  await on.people.updateUser(on.userId, { quotaBytes: 0 })
  await on.store(500)
  await on.people.updateUser(on.userId, { quotaBytes: null })
  await expect(on.store(1)).rejects.toMatchObject({ reason: 'QUOTA_EXCEEDED' })
  expect(await on.people.quota(on.userId)).toMatchObject({ limitBytes: LIMIT, usedBytes: 500 })
})

it.each([
  [0, 1e15, true],
  [10, 4, true],
  [10, 5, false],
])('with a limit of %i bytes and 6 taken, %i more: %s', (limitBytes, sizeBytes, fits) => {
  const check = () => assertFits({ limitBytes, usedBytes: 4, declaredBytes: 2 }, sizeBytes)
  if (fits) expect(check).not.toThrow()
  else expect(check).toThrow('4 of your 10 are left')
})
