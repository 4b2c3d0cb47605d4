import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import type { UnitsOf } from '../../core/ports/index.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { askUnits, sqlUnits } from './units.ts'

const DIGEST = 'c'.repeat(64) as Digest
const ENGLISH: UnitsOf = { digest: DIGEST, step: 'ocr', stepVersion: 1, by: 'eng' }
const GERMAN: UnitsOf = { ...ENGLISH, by: 'deu' }

async function box() {
  const on = await seededCatalog()
  return { ...on, units: sqlUnits(on.db) }
}

const page = (unit: number, state: 'done' | 'failed') => ({ unit, state, body: { page: unit } })

it('does not mix what was found in different languages, or by different models', async () => {
  const { units } = await box()
  await units.end(ENGLISH, [page(1, 'done'), page(2, 'failed')])
  expect(await units.all(GERMAN)).toEqual([])
  await units.end(GERMAN, [page(1, 'done')])
  expect(await units.all(GERMAN)).toMatchObject([{ unit: 1, state: 'done' }])
  expect(await units.all(ENGLISH)).toMatchObject([{ unit: 2, state: 'failed' }])
})

it('counts no tries of others, or of another version of the step', async () => {
  const { units } = await box()
  await units.begin(ENGLISH, [1])
  await units.begin(ENGLISH, [1])
  expect(await units.all(ENGLISH)).toMatchObject([{ tries: 2 }])
  await units.begin(GERMAN, [1])
  expect(await units.all(GERMAN)).toMatchObject([{ tries: 1 }])
  await units.begin({ ...GERMAN, stepVersion: 2 }, [1])
  expect(await units.all({ ...GERMAN, stepVersion: 2 })).toMatchObject([{ tries: 1 }])
})

it('tells whoever does the step next which units were asked for', async () => {
  const { db, units } = await box()
  await db.write((tx) => askUnits(tx, ENGLISH, [3]))
  expect(await units.all(GERMAN)).toMatchObject([{ unit: 3, state: 'asked' }])
})

it('has a step that is done again try what was given up, and leaves one alone that is under way', async () => {
  const { units, catalog, ...on } = await box()
  await commitContent(catalog.ingest, newVersion(on, { digest: DIGEST, sizeBytes: 1 }))
  await units.end(ENGLISH, [page(1, 'done'), page(2, 'failed')])
  await catalog.jobs.requeue('ocr', 1, DIGEST, 1_000)
  expect(await units.all(ENGLISH)).toMatchObject([{ unit: 1, state: 'done' }])
  await units.end(ENGLISH, [page(2, 'failed')])
  await catalog.jobs.requeue('ocr', 1, DIGEST, 2_000)
  expect(await units.all(ENGLISH)).toHaveLength(2)
})
