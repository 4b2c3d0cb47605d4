import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sqlCare } from '../../adapters/sql/care.ts'
import { commitContent } from '../commit-content.ts'
import { digestOf } from '../possession-box.ts'
import { newVersion, seededCatalog } from '../seeded-catalog.ts'

const hasFaketime = spawnSync('faketime', ['--version']).status === 0
const ROUND = join(import.meta.dirname, 'reaper-round.ts')

it.skipIf(!hasFaketime)(
  'B13 clock-jumps: a reaper in another year reaps nothing early, nor does one after it',
  { timeout: 120_000 },
  async () => {
    const on = await seededCatalog()
    const content = { digest: digestOf(Buffer.from('once')), sizeBytes: 4 }
    await commitContent(on.catalog.ingest, newVersion(on, content))
    await on.db.writer.deleteFrom('versions').execute()
    await sqlCare(on.db).beat({ boot: 'another run', ms: 0 })

    const path = join(on.root, 'catalog.sqlite')
    const env = { ...process.env, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' }
    const rounds = ['+0y', '+10y', '-10y', '+10y', '+0y'].map((jump) => {
      const command = [jump, process.execPath, ROUND, path]
      const told = execFileSync('faketime', ['-f', ...command], { env, encoding: 'utf8' })
      return JSON.parse(told) as { year: number; reaped: string[] }
    })
    expect(new Set(rounds.map(({ year }) => year)).size).toBe(3)
    expect(rounds.flatMap(({ reaped }) => reaped)).toEqual([])
    expect(await on.catalog.blobs.page(0, 9)).toHaveLength(1)
  },
)
