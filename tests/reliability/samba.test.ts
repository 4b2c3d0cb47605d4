import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SambaFindings } from './samba.ts'

const HAS_SAMBA =
  process.getuid?.() === 0 &&
  spawnSync('samba', ['--version'], { stdio: 'ignore' }).status === 0 &&
  spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0

/** Needs root and samba-ad-dc; making the domain takes most of a minute. */
describe.skipIf(!HAS_SAMBA)('a real Active Directory domain controller (samba, as root)', () => {
  it('is asked as any directory: nested groups by rule, object ids, disabled accounts', () => {
    const { stdout } = spawnSync(process.execPath, [join(import.meta.dirname, 'samba.ts')], {
      encoding: 'utf8',
      timeout: 400_000,
    })
    const findings = JSON.parse(stdout) as SambaFindings[]
    expect(findings.filter((finding) => !finding.isAsExpected)).toEqual([])
    expect(findings.length).toBe(19)
  }, 420_000)
})
