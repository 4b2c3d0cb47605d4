import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

interface Entry {
  integrity?: string
  resolved?: string
  optional?: boolean
  os?: string[]
  optionalDependencies?: Record<string, string>
}

const ROOT = join(import.meta.dirname, '..', '..')
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>
}
const entries = Object.entries(lock.packages).filter(([path]) => path !== '')

it('the lock names every optional package, so that a clean install accepts it', () => {
  const missing = Object.entries(lock.packages).flatMap(([owner, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => {
      const own = `${owner}${owner && '/'}node_modules/${name}`
      return !(own in lock.packages) && !(`node_modules/${name}` in lock.packages)
    }),
  )
  expect(missing).toEqual([])
})

it('the lock knows by its digest whatever it may install here', () => {
  const unknown = entries.filter(
    ([, { integrity, optional, os }]) => !integrity && !(optional && os),
  )
  expect(unknown.map(([path]) => path)).toEqual([])
})

it('the lock carries no download addresses', () => {
  expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
})

it('every version in the manifest is exact', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })
  expect(
    versions.filter((version) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(String(version))),
  ).toEqual([])
})
