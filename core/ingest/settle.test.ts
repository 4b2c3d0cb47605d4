import { expect, it } from 'vitest'
import { memoryBlobStore } from '../../adapters/memory/blob-store.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import type { Catalog, Log } from '../ports/index.ts'
import { commitStaged } from './commit-version.ts'
import { keepSettling } from './settle.ts'

it('settles what arrives until it is told to stop, and goes on after a failure', async () => {
  const seed = await seededCatalog()
  const { ingest } = seed.catalog
  const stop = new AbortController()
  const said: string[] = []
  const log = { error: (message: string) => said.push(message) } as unknown as Log
  let rounds = 0
  const flaky: Catalog['ingest'] = {
    ...ingest,
    async settle(limit, now) {
      rounds++
      if (rounds === 1) throw new Error('the disk is full')
      if (rounds === 3) stop.abort()
      return ingest.settle(limit, now)
    },
  }
  const catalog = { ...seed.catalog, ingest: flaky } as unknown as Catalog
  const ports = { catalog, blobs: memoryBlobStore(), clock: manualClock(), log }
  for (const name of ['one.txt', 'two.txt']) {
    const staged = await ports.blobs.stage(bytesOf('the same'))
    await commitStaged(ports, staged, newVersion(seed, staged, { name }))
  }
  const before = ports.clock.now()
  await keepSettling(ports, stop.signal)
  expect(said).toEqual(['Arrivals could not be settled; they are tried again.'])
  expect(ports.clock.now() - before).toBe(5_000 + 250 + 250)
  const blobs = await seed.catalog.blobs.page(0, 9)
  expect(blobs).toMatchObject([{ state: 'live', refs: 2 }])
})

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
