// Ends with 0 when node_modules holds what package-lock.json asks for on this machine, else with 1.
// npm writes its own lock file into node_modules as the last act of an install, so one that was
// broken off is noticed; and an npm under an old Node leaves out what is not made for that Node.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface LockedPackage {
  version?: string
  optional?: boolean
  os?: string | string[]
  cpu?: string | string[]
  libc?: string | string[]
}

const root = join(import.meta.dirname, '..')

function packagesIn(path: string): Record<string, LockedPackage> {
  return JSON.parse(readFileSync(join(root, path), 'utf8')).packages
}

/** Optional packages that name a system are needed on that system, and only there. */
function isForThisMachine({ os, cpu, libc }: LockedPackage): boolean {
  if (os === undefined && cpu === undefined) return false
  const fits = (wanted: string | string[] | undefined, own: string) =>
    wanted === undefined || [wanted].flat().includes(own)
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, 'glibc')
}

function isInstalled(): boolean {
  const present = packagesIn('node_modules/.package-lock.json')
  return Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
    const found = present[path]
    if (path === '') return true
    if (found) return found.version === wanted.version
    return wanted.optional === true && !isForThisMachine(wanted)
  })
}

try {
  process.exitCode = isInstalled() ? 0 : 1
} catch {
  // No lock file, or not one of npm's: an install puts that right.
  process.exitCode = 1
}
