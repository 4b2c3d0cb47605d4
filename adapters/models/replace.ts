import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { foldersIn, isAbsent, syncFolder } from './files.ts'
import { letEverybodyPass } from './modes.ts'

/** Where the model that is being replaced waits, under the name `<organization>@<name>`. */
const REPLACED = '.replaced'

/**
 * Puts a whole folder at `dir/name`, in place of one that may be there. A process that ends in between
 * leaves the old one aside; `restoreReplaced` puts it back.
 */
export async function replaceFolder(
  dir: string,
  { from, name }: { from: string; name: string },
): Promise<void> {
  const to = join(dir, name)
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  if ((await lstat(dirname(to))).isSymbolicLink()) {
    throw new AppError('conflict', `${dirname(to)} is a link; models are put into folders only.`, {
      reason: 'MODEL_FOLDER',
    })
  }
  for (const each of [dir, dirname(to)]) await letEverybodyPass(each)
  const aside = join(dir, REPLACED, name.replace('/', '@'))
  await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
  await rm(aside, { recursive: true, force: true })
  await rename(to, aside).catch((cause: unknown) => {
    if (!isAbsent(cause)) throw cause
  })
  await rename(from, to)
  await syncFolder(dirname(to))
  await syncFolder(dir)
  await rm(aside, { recursive: true, force: true })
}

/** Puts models back that a process which ended had set aside; forgets those that were replaced. */
export async function restoreReplaced(dir: string): Promise<void> {
  const folder = join(dir, REPLACED)
  for (const each of await foldersIn(folder)) {
    const to = join(dir, each.replace('@', '/'))
    const isThere = (await foldersIn(dirname(to))).includes(basename(to))
    if (isThere) await rm(join(folder, each), { recursive: true, force: true })
    else await rename(join(folder, each), to)
  }
}
