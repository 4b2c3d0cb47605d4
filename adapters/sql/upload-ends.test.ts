import { expect, it } from 'vitest'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { sqlUploadEnds } from './upload-ends.ts'

it.each([
  ['open', 'uploads_open'],
  ['ended', 'uploads_ended'],
  ['complete', 'uploads_user'],
  [undefined, 'uploads_user'],
] as const)('lists uploads that are %s from the index %s, in its order', async (state, index) => {
  const on = await seededCatalog()
  const [list] = await plansOf(on.db, () =>
    sqlUploadEnds(on.db).list([on.first.chapterId], on.userId, {
      limit: 10,
      ...(state && { state }),
      cursor: 'z',
    }),
  )
  expect(list?.plan).toContain(`SEARCH uploads USING INDEX ${index} (user_id=? AND id<?)`)
  expect(list?.plan).not.toContain('TEMP B-TREE')
})
