import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { foldersIn, isAbsent, syncFolder } from './files.ts'
import { letEverybodyPass } from './modes.ts'

/** Where the model that is being replaced waits, under the name `<organization>@<name>`. */
const REPLACED = '.replaced'

/** Where whole models lie that are all to get to their places: that it is there decides it. */
const SHELVING = '.shelving'

/**
 * Puts whole, synced models from `folder/<name>` at `dir/<name>`, in place of those that may be there:
 * all or none. A process that ends in between leaves `.shelving`, and `finishReplacing` goes on.
 *
 * @throws AppError `conflict` (reason `MODEL_FOLDER`), before anything has changed
 */
export async function replaceAll(
  dir: string,
  { from, names }: { from: string; names: readonly string[] },
): Promise<void> {
  await finishReplacing(dir)
  for (const name of names) await requireFolder(dirname(join(dir, name)))
  for (const name of names) await syncFolder(dirname(join(from, name)))
  await syncFolder(from)
  await rename(from, join(dir, SHELVING))
  await syncFolder(dir)
  await finishReplacing(dir)
}

/** Ends what a process that ended had begun: all models get to their places. */
export async function finishReplacing(dir: string): Promise<void> {
  const from = join(dir, SHELVING)
  for (const organization of await foldersIn(from)) {
    for (const each of await foldersIn(join(from, organization))) {
      await replaceFolder(dir, { from, name: `${organization}/${each}` })
    }
  }
  await restoreReplaced(dir)
  await rm(from, { recursive: true, force: true })
}

async function requireFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (!(await lstat(path)).isSymbolicLink()) return
  throw new AppError('conflict', `${path} is a link; models are put into folders only.`, {
    reason: 'MODEL_FOLDER',
  })
}

async function replaceFolder(
  dir: string,
  { from, name }: { from: string; name: string },
): Promise<void> {
  const to = join(dir, name)
  await requireFolder(dirname(to))
  for (const each of [dir, dirname(to)]) await letEverybodyPass(each)
  const aside = join(dir, REPLACED, name.replace('/', '@'))
  await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
  await rm(aside, { recursive: true, force: true })
  await rename(to, aside).catch((cause: unknown) => {
    if (!isAbsent(cause)) throw cause
  })
  await rename(join(from, name), to)
  await syncFolder(dirname(to))
  await syncFolder(dir)
  await rm(aside, { recursive: true, force: true })
}

/** Puts back what was set aside and has nothing in its place; forgets those that were replaced. */
async function restoreReplaced(dir: string): Promise<void> {
  const folder = join(dir, REPLACED)
  for (const each of await foldersIn(folder)) {
    const to = join(dir, each.replace('@', '/'))
    const isThere = (await foldersIn(dirname(to))).includes(basename(to))
    if (isThere) await rm(join(folder, each), { recursive: true, force: true })
    else await rename(join(folder, each), to)
  }
}
