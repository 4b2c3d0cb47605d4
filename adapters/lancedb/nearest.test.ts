import { connect } from '@lancedb/lancedb'
import { expect, it } from 'vitest'
import { newId } from '../../core/ids.ts'
import { digest } from '../../tests/contracts/vector-index.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { countedReach } from './nearest.ts'
import { tableOf } from './rows.ts'

it('counts what places reach once a minute, and anew after that', async () => {
  const db = await connect(await temporaryFolder())
  const [few, many] = [newId(), newId()]
  const content = (name: string, count: number, placeId: string) => {
    const rows = Array.from({ length: count }, (_, ordinal) => ({
      ordinal,
      vector: Float32Array.of(1, ordinal),
    }))
    return tableOf({ dimension: 2, digest: digest(name), rows, placeIds: [placeId] })
  }
  const table = await db.createTable('space', content('many', 100, many))
  await table.add(content('few', 10, few))
  let now = 0
  const reach = countedReach(() => now)
  const rowsOf = async (places: string[]) => (await reach.of(table, places)).rows
  expect(await reach.of(table, 'all')).toMatchObject({ share: 1 })
  expect(await reach.of(table, [many, few])).toMatchObject({ rows: 110, share: 1 })
  expect(await reach.of(table, [many])).toMatchObject({ rows: 100, share: 100 / 110 })
  expect(await rowsOf([few])).toBe(10)
  await table.add(content('more', 100, few))
  expect(await rowsOf([few])).toBe(10)
  now = 60_000
  expect(await rowsOf([few])).toBe(110)
  table.close()
  db.close()
})
