import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { seededCatalog } from '../seeded-catalog.ts'

const WRITER = join(import.meta.dirname, 'wal-writer.ts')
const PROCESSES = 3
/** Ten minutes by hand: ONEFOLD_WAL_SECONDS=600. */
const SECONDS = Number(process.env.ONEFOLD_WAL_SECONDS ?? 2)

it('B16 multi-connection-wal: processes that write while another checkpoints leave a sound catalog', {
  timeout: (SECONDS + 120) * 1000,
}, async () => {
  const { db, root } = await seededCatalog()
  const path = join(root, 'catalog.sqlite')
  const writers = Array.from({ length: PROCESSES }, (_, n) =>
    fork(WRITER, [path, String(n), String(SECONDS * 1000)], { stdio: 'inherit' }),
  )
  const checkpointer = new Sqlite(path)
  const modes = ['passive', 'full', 'restart', 'truncate']
  let checkpoints = 0
  const timer = setInterval(() => {
    checkpointer.pragma(`wal_checkpoint(${modes[checkpoints++ % modes.length]})`)
  }, 20)
  const acknowledged = await Promise.all(
    writers.map(async (writer) => {
      const [[told], [code]] = await Promise.all([once(writer, 'message'), once(writer, 'exit')])
      expect(code).toBe(0)
      return Number(told)
    }),
  )
  clearInterval(timer)
  expect(checkpointer.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(checkpointer.pragma('foreign_key_check')).toEqual([])
  checkpointer.close()

  expect(checkpoints).toBeGreaterThan(3)
  const kept = await db.read.selectFrom('settings').select('key').execute()
  const written = kept.filter(({ key }) => key.startsWith('wal '))
  expect(written).toHaveLength(acknowledged.reduce((sum, each) => sum + each, 0))
})
