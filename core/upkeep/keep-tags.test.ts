import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import type { Digest } from '../digest.ts'
import { keysFrom } from '../keys.ts'
import { keepTags } from './keep-tags.ts'

const CONTENT = { digest: 'ab'.repeat(32) as Digest, sizeBytes: 3 }
const otherKeys = keysFrom(Buffer.alloc(32, 8))

async function box() {
  const seed = await seededCatalog()
  const opened = (keys: typeof testKeys) => {
    const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), keys)
    onTestFinished(() => catalog.close())
    return { catalog, keys }
  }
  await commitContent(seed.catalog.ingest, newVersion(seed, CONTENT, { now: 1 }))
  return { seed, opened }
}

it('finds contents again after the master key was lost, and touches nothing while it is the same', async () => {
  const { opened } = await box()
  const before = opened(testKeys)
  expect(await keepTags(before)).toBe(0)
  expect(await before.catalog.blobs.live(CONTENT.digest)).toBeDefined()

  const after = opened(otherKeys)
  expect(await after.catalog.blobs.live(CONTENT.digest)).toBeUndefined()
  expect(await keepTags(after)).toBe(1)
  expect(await after.catalog.blobs.live(CONTENT.digest)).toMatchObject(CONTENT)
  expect(await keepTags(after)).toBe(0)
})
