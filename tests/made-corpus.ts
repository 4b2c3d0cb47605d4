import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const SCRIPTS = join(import.meta.dirname, '..', 'scripts')

/** Where a corpus lies that these scripts made: LibreOffice takes half a minute of a core for one. */
function place(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(SCRIPTS).sort()) {
    if (/^(corpus|known-items).*\.ts$/.test(name)) hash.update(readFileSync(join(SCRIPTS, name)))
  }
  return join(tmpdir(), `onefold-corpus-${hash.digest('hex').slice(0, 16)}`)
}

/** Leaves a corpus (`documents`, and `corpus.json` beside it) for those who need one; the folder is gone. */
export async function leaveCorpus(folder: string): Promise<void> {
  try {
    await rename(folder, place())
  } catch {
    // Another one is there, which is as good.
    await rm(folder, { recursive: true, force: true })
  }
}

/** The folder of a corpus, not to be changed: of one that was left, else of one that is made. */
export async function madeCorpus(): Promise<string> {
  if (isWhole(place())) return place()
  const folder = await mkdtemp(join(tmpdir(), 'onefold-corpus-made-'))
  await promisify(execFile)(join(SCRIPTS, 'corpus'), [join(folder, 'documents')])
  await rm(place(), { recursive: true, force: true })
  await leaveCorpus(folder)
  return place()
}

function isWhole(folder: string): boolean {
  const list = join(folder, 'corpus.json')
  if (!existsSync(list)) return false
  const { files } = JSON.parse(readFileSync(list, 'utf8')) as { files: string[] }
  return files.every((path) => existsSync(join(folder, 'documents', path)))
}
