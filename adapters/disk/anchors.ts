import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Anchors } from '../../core/audit/anchor.ts'
import { hasSystemCode } from '../../core/errors.ts'

/** Heads of the audit, a line of JSON each, in the data folder. */
export function diskAnchors(dataDir: string): Anchors {
  const path = join(dataDir, 'audit-anchors.jsonl')
  return {
    async append(line) {
      const file = await open(path, 'a', 0o600)
      try {
        await file.appendFile(`${line}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (cause) {
        if (hasSystemCode(cause, 'ENOENT')) return ''
        throw cause
      }
    },
  }
}
