import { expect, it } from 'vitest'
import { pinoLog } from './log.ts'

it('A11 logs-no-hashes: writes no line with what could be a digest', () => {
  const lines: string[] = []
  const log = pinoLog('server', 'info', { write: (line) => void lines.push(line) })
  const digest = 'ab'.repeat(32)
  const path = `/data/blobs/ab/${digest}.01jd`
  const err = new Error('broke', { cause: new Error(`ENOENT: no such file, open '${path}'`) })
  log.error('A request failed.', { err, trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' })
  log.child({ digest }).info(digest.toUpperCase())
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).not.toMatch(/[\da-f]{64}/i)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' })
})
