import { describe, expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import { digest, SPACE, vectorIndexContract } from '../../tests/contracts/vector-index.ts'
import { seeded } from '../../tests/reliability/contents.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { lancedbVectorIndex } from './vector-index.ts'

vectorIndexContract('lancedb', async () => lancedbVectorIndex({ uri: await temporaryFolder() }))

describe('the LanceDB index', () => {
  it('E2 filter-injection: refuses what is no id or digest before it reaches the engine', async () => {
    const index = await lancedbVectorIndex({ uri: await temporaryFolder() })
    const mine = newId()
    const vector = Float32Array.of(1, 0, 0, 0)
    await index.of(SPACE).upsert(digest('a'), [{ ordinal: 0, vector }], [mine])
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
      await expect(index.of(SPACE).query(vector, [attack], 5)).rejects.toMatchObject(refused)
      await expect(index.setPlaces(digest('a'), [attack])).rejects.toMatchObject(refused)
      await expect(index.remove(attack as Digest)).rejects.toMatchObject(refused)
      await expect(index.of(SPACE).upsert(attack as Digest, [], [mine])).rejects.toMatchObject(
        refused,
      )
      await expect(index.of(SPACE).upsert(digest('b'), [], [attack])).rejects.toMatchObject(refused)
    }
    expect(await index.count()).toBe(1)
    await index.close()
  })

  it('E1 vector-acl: gives each of 50 people what lies in their places, and nothing else', async () => {
    const index = await lancedbVectorIndex({ uri: await temporaryFolder() })
    const places = Array.from({ length: 12 }, () => newId())
    const random = seeded(50)
    const some = () => places.filter(() => random() < 0.25)
    const direction = () => Float32Array.from({ length: 4 }, () => random() - 0.5)
    const contents = Array.from({ length: 60 }, (_, i) => ({
      id: digest(`content ${i}`),
      places: some(),
    }))
    for (const { id, places: placeIds } of contents) {
      const rows = [0, 1, 2].map((ordinal) => ({ ordinal, vector: direction() }))
      await index.of(SPACE).upsert(id, rows, placeIds)
    }
    for (let person = 0; person < 50; person++) {
      const mine = some()
      const reached = contents.filter((each) => each.places.some((place) => mine.includes(place)))
      const found = await index.of(SPACE).query(direction(), mine, 200)
      expect(found.map((row) => row.digest).sort()).toEqual(
        reached.flatMap(({ id }) => [id, id, id]).sort(),
      )
    }
    await index.close()
  }, 120_000)

  it('shows one process what another committed, within two seconds', async () => {
    const uri = await temporaryFolder()
    const [server, worker] = await Promise.all([
      lancedbVectorIndex({ uri }),
      lancedbVectorIndex({ uri }),
    ])
    const vector = Float32Array.of(1, 0, 0, 0)
    expect(await server.of(SPACE).query(vector, 'all', 5)).toEqual([])
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      await worker.of(SPACE).upsert(digest(name), [{ ordinal: 0, vector }], [newId()])
      const found = () =>
        server
          .of(SPACE)
          .query(vector, 'all', 5)
          .then((rows) => rows.length)
      await expect.poll(found, { timeout: 2_000, interval: 50 }).toBe(i + 1)
    }
    await Promise.all([server.close(), worker.close()])
  })

  it('reads a space that another process dropped and made again', async () => {
    const uri = await temporaryFolder()
    const [server, worker] = await Promise.all([
      lancedbVectorIndex({ uri }),
      lancedbVectorIndex({ uri }),
    ])
    const vector = Float32Array.of(1, 0, 0, 0)
    const rows = [{ ordinal: 0, vector }]
    await worker.of(SPACE).upsert(digest('a'), rows, [newId()])
    expect(await server.of(SPACE).query(vector, 'all', 5)).toHaveLength(1)
    await worker.drop(SPACE.id)
    await worker.of(SPACE).upsert(digest('b'), rows, [newId()])
    const found = async () => {
      const near = await server
        .of(SPACE)
        .query(vector, 'all', 5)
        .catch(() => [])
      return near.map((row) => row.digest)
    }
    await expect.poll(found, { timeout: 10_000, interval: 50 }).toEqual([digest('b')])
    await Promise.all([server.close(), worker.close()])
  })
})
