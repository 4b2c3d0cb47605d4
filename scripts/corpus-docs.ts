import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'

const run = promisify(execFile)

/** Packages of Debian's own documentation: manuals as PDF, EPUB, HTML, text and sources. */
export const PACKAGES = [
  'apt-doc',
  'debian-faq',
  'debian-policy',
  'developers-reference',
  'doc-debian',
  'maint-guide',
]

/** Files of Debian's documentation, wherever they lie on this machine. */
export interface Docs {
  /** Bytes at a path below `/usr/share`, unpacked; undefined when it is not there. */
  read(path: string): Promise<Buffer | undefined>
  /** Names in a folder below `/usr/share`, sorted; none when it is not there. */
  names(folder: string): Promise<string[]>
}

/**
 * Finds the documentation: installed, or fetched with apt without installing anything, which needs
 * no root and works where documentation is left out on purpose. Without both, what is there.
 */
export async function findDocs(): Promise<Docs> {
  const roots = ['/usr/share', join(await fetched(), 'usr/share')]
  const bytesAt = async (path: string) => {
    for (const root of roots) {
      if (existsSync(join(root, path))) return await readFile(join(root, path))
      if (existsSync(join(root, `${path}.gz`))) {
        return gunzipSync(await readFile(join(root, `${path}.gz`)))
      }
    }
    return undefined
  }
  return {
    read: bytesAt,
    async names(folder) {
      const root = roots.find((candidate) => existsSync(join(candidate, folder)))
      return root ? (await readdir(join(root, folder))).sort() : []
    },
  }
}

/** Folder with the packages' contents, kept between runs; empty when they cannot be had. */
async function fetched(): Promise<string> {
  const folder = join(tmpdir(), `onefold-corpus-docs-${process.getuid?.() ?? 0}`)
  if (existsSync(folder) || areInstalled()) return folder
  const working = `${folder}.${process.pid}`
  await mkdir(working, { recursive: true })
  try {
    await run('apt-get', ['download', ...PACKAGES], { cwd: working, timeout: 60_000 })
    for (const name of await readdir(working)) {
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', name, working], { cwd: working })
    }
    await rename(working, folder)
  } catch {
    process.stderr.write('Debian’s manuals cannot be fetched: made from what is installed.\n')
    await rm(working, { recursive: true, force: true })
  }
  return folder
}

/** One telling file of each package. */
const areInstalled = (): boolean =>
  [
    'doc/apt-doc/guide.html',
    'doc/debian/FAQ',
    'doc/debian-policy/fhs',
    'developers-reference/_sources',
    'doc/debian/mailing-lists.txt.gz',
    'doc/maint-guide/html',
  ].every((path) => existsSync(join('/usr/share', path)))
