// Ends with 0 when node_modules holds what package-lock.json asks for, else with 1. npm writes its
// own lock file into node_modules as the last act of an install, so a broken-off one is noticed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean }>
}

const root = join(import.meta.dirname, '..')

function packagesIn(path: string): LockFile['packages'] {
  const lock: LockFile = JSON.parse(readFileSync(join(root, path), 'utf8'))
  return lock.packages
}

function isInstalled(): boolean {
  const wanted = packagesIn('package-lock.json')
  const present = packagesIn('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = present[path]
    return path === '' || (found ? found.version === version : optional === true)
  })
}

try {
  process.exitCode = isInstalled() ? 0 : 1
} catch {
  // No lock file, or not one of npm's: an install puts that right.
  process.exitCode = 1
}
