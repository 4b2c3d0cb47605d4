import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Completes package-lock.json after `npm install`. A registry that does not carry the builds of other
// platforms leaves their optional packages out of the lock, and `npm ci` (11 and later) then refuses
// it. Their entries say for which platform they are, so that this machine never fetches them.

interface Entry {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'wasi', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

const path = join(import.meta.dirname, '..', 'package-lock.json')
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, 'utf8'))
const missing = Object.entries(lock.packages).flatMap(([owner, { optionalDependencies, dev }]) =>
  Object.entries(optionalDependencies ?? {})
    .filter(([name]) => !isLocked(owner, name))
    .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, dev)] as const),
)
const packages = { ...lock.packages, ...Object.fromEntries(missing) }
const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(
  path,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
)
console.log(`${missing.length} entries of other platforms added`)

function isLocked(owner: string, name: string): boolean {
  const own = owner === '' ? `node_modules/${name}` : `${owner}/node_modules/${name}`
  return own in lock.packages || `node_modules/${name}` in lock.packages
}

function entryOf(name: string, version: string, dev = false): Entry {
  const words = name.split(/[/-]/)
  const os = words.filter((word) => SYSTEMS.includes(word))
  const cpu = words.filter((word) => PROCESSORS.includes(word))
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : []
  if (os.length + cpu.length === 0) throw new Error(`${name} does not say for which platform it is`)
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc.length > 0 && os[0] === 'linux' && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}
