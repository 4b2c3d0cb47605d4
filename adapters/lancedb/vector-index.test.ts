import { describe, expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import type { Space } from '../../core/ports/index.ts'
import { digest, vectorIndexContract } from '../../tests/contracts/vector-index.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { lancedbVectorIndex } from './vector-index.ts'

const space = (dimension: number): Space => ({
  id: `test_${dimension}`,
  model: 'test',
  dimension,
  pooling: 'none',
})

vectorIndexContract('lancedb', async () =>
  lancedbVectorIndex({ uri: await temporaryFolder(), space: space(4) }),
)

describe('the LanceDB index', () => {
  it('refuses what is no id or digest before it reaches the engine', async () => {
    const index = await lancedbVectorIndex({ uri: await temporaryFolder(), space: space(4) })
    const mine = newId()
    const vector = Float32Array.of(1, 0, 0, 0)
    await index.upsert(digest('a'), [{ ordinal: 0, vector }], [mine])
    const attacks = [
      "x' OR '1'='1",
      `${mine}']) OR true --`,
      "']) OR array_has_any(places, ['",
      `${mine}\u0000`,
      'ＯＲ 1=1',
      '',
    ]
    for (const attack of attacks) {
      const refused = { code: 'bad_request' }
      await expect(index.query(vector, [attack], 5)).rejects.toMatchObject(refused)
      await expect(index.setPlaces(digest('a'), [attack])).rejects.toMatchObject(refused)
      await expect(index.remove(attack as Digest)).rejects.toMatchObject(refused)
      await expect(index.upsert(attack as Digest, [], [mine])).rejects.toMatchObject(refused)
      await expect(index.upsert(digest('b'), [], [attack])).rejects.toMatchObject(refused)
    }
    expect(await index.count()).toBe(1)
    await index.close()
  })

  it('shows one process what another committed, within two seconds', async () => {
    const uri = await temporaryFolder()
    const [server, worker] = await Promise.all([
      lancedbVectorIndex({ uri, space: space(4) }),
      lancedbVectorIndex({ uri, space: space(4) }),
    ])
    const vector = Float32Array.of(1, 0, 0, 0)
    expect(await server.query(vector, 'all', 5)).toEqual([])
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      await worker.upsert(digest(name), [{ ordinal: 0, vector }], [newId()])
      const found = () => server.query(vector, 'all', 5).then((rows) => rows.length)
      await expect.poll(found, { timeout: 2_000, interval: 50 }).toBe(i + 1)
    }
    await Promise.all([server.close(), worker.close()])
  })

  it('keeps the vectors of two spaces apart', async () => {
    const uri = await temporaryFolder()
    const one = await lancedbVectorIndex({ uri, space: space(4) })
    await one.upsert(digest('a'), [{ ordinal: 0, vector: Float32Array.of(1, 0, 0, 0) }], [newId()])
    const two = await lancedbVectorIndex({ uri, space: space(8) })
    expect(await two.count()).toBe(0)
    await Promise.all([one.close(), two.close()])
  })
})
