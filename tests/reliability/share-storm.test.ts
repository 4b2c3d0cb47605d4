import { expect, it } from 'vitest'
import { isWhole, storm } from './share-storm.ts'

it('M4 nothing lost, twice or half: files that come while the box is killed and its share goes away', async () => {
  const days = { back: 3_650, forth: 0 }
  const result = await storm({ files: 240, trouble: true, seed: 3, pauseMs: 400, days })
  expect(result).toSatisfy(isWhole)
  expect(result.files).toBe(240)
}, 300_000)
