import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { sqlCopies } from './copies.ts'

it('finds what is due, damaged or shown without a look at every row', async () => {
  const { db } = await seededCatalog()
  const copies = sqlCopies(db)
  await copies.enrol(['s3'])
  const plans = await plansOf(db, async () => {
    await copies.take('s3', 1_000, Date.now())
    await copies.restorable(10)
    await copies.damaged()
    await copies.of('0'.repeat(64) as Digest)
    await copies.shown(['a version'])
    await copies.removals('s3', 10, Date.now())
    await copies.figures()
  })
  expect(plans).toHaveLength(7)
  for (const { text, plan } of plans) {
    expect(plan, text).not.toMatch(
      /SCAN (?!p\b|json_each)(?!.*USING (COVERING )?INDEX blobs_damaged)/,
    )
  }
  expect(plans[0]?.plan).toContain('provider_uploads_due')
  expect(plans[0]?.plan).not.toContain('TEMP B-TREE')
})
