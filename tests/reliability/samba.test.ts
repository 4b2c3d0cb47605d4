import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HAS_SAMBA } from '../samba.ts'
import type { SambaFindings } from './samba.ts'

/** Needs root and samba-ad-dc. The running box beside it is the command's alone. */
describe.skipIf(!HAS_SAMBA)('a real Active Directory domain controller (samba, as root)', () => {
  it('is asked as any directory: nested groups by rule, primary groups, object ids, disabled accounts', () => {
    const args = [join(import.meta.dirname, 'samba.ts'), 'directory']
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 600_000 })
    const findings = JSON.parse(stdout) as SambaFindings[]
    expect(findings.filter((finding) => !finding.isAsExpected)).toEqual([])
    expect(findings.length).toBe(19)
  }, 620_000)
})
