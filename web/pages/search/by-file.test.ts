import { expect, it } from 'vitest'
import type { Hit } from '../../api-types.ts'
import { byFile } from './by-file.ts'

const hit = (id: string, page: number) => ({ document_id: id, locator: { page } }) as Hit

it('keeps the order of files and gathers their further places', () => {
  const files = byFile([hit('a', 7), hit('b', 1), hit('a', 3)])
  expect(files.map(({ best }) => best.document_id)).toEqual(['a', 'b'])
  expect(files[0]?.more.map(({ locator }) => locator.page)).toEqual([3])
})
