import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { AppError, hasSystemCode } from '../errors.ts'
import type { Share } from '../ports/index.ts'

/** Trees of the kernel: their files have no content that stands still. */
const KERNEL_TREES = ['/proc', '/sys', '/dev']

/**
 * Checks that a folder can be watched and returns its path in plain form. It may be a link; what it
 * leads to counts for everything that is checked.
 *
 * @param others the shares there are; none may contain another, or a file would come twice
 * @throws AppError `bad_request` (reason `FOLDER_PATH`, `FOLDER_MISSING`, `FOLDER_ACCESS`,
 * `FOLDER_OURS`), `conflict` (reason `SHARE_EXISTS`)
 */
export async function checkShareFolder(
  text: string,
  { dataDir, others }: { dataDir: string; others: readonly Share[] },
): Promise<string> {
  if (!isAbsolute(text) || text.includes('\0')) throw notAPath()
  const path = resolve(text)
  const real = await realFolder(path)
  await assertForeign(real, dataDir)
  for (const other of others) {
    const taken = await realOrSame(other.path)
    if (!contains(taken, real) && !contains(real, taken)) continue
    throw new AppError(
      'conflict',
      `"${other.name}" already watches ${other.path}. Shares may not lie inside each other.`,
      { reason: 'SHARE_EXISTS' },
    )
  }
  return path
}

/**
 * The folder with every link in it resolved.
 *
 * @throws AppError `bad_request` as `checkShareFolder` does
 */
export async function checkReadable(text: string): Promise<string> {
  if (!isAbsolute(text) || text.includes('\0')) throw notAPath()
  return realFolder(resolve(text))
}

/**
 * Files of an inbox are moved, so it must be one in which the box may write.
 *
 * @throws AppError `bad_request` (reason `FOLDER_READ_ONLY`)
 */
export async function assertMayMove(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK)
  } catch (cause) {
    const message = `Onefold may not move files in ${path}. Give the account it runs as the right to write there, or let the files stay where they are.`
    throw refused('FOLDER_READ_ONLY', message, cause)
  }
}

async function realFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path)
    const isFolder = (await stat(real)).isDirectory()
    if (!isFolder) throw refused('FOLDER_PATH', `${path} is not a folder.`)
    await access(real, constants.R_OK | constants.X_OK)
    return real
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (hasSystemCode(cause, 'EACCES')) {
      const message = `Onefold may not read ${path}. Give the account it runs as the right to list it.`
      throw refused('FOLDER_ACCESS', message, cause)
    }
    const message = `There is no folder ${path} on this machine. Make it, or mount it, first.`
    throw refused('FOLDER_MISSING', message, cause)
  }
}

/** The box must not take in its own files; only `shares` in the data folder is for dropping files. */
async function assertForeign(real: string, dataDir: string): Promise<void> {
  const data = await realOrSame(resolve(dataDir))
  const isDropFolder = contains(join(data, 'shares'), real)
  const isOurs = (contains(data, real) && !isDropFolder) || contains(real, data)
  if (isOurs) {
    throw refused('FOLDER_OURS', `${real} holds the data of Onefold itself. Choose another folder.`)
  }
  const tree = KERNEL_TREES.find((each) => contains(each, real))
  if (tree) throw refused('FOLDER_OURS', `${tree} belongs to the system and holds no files.`)
}

/** Whether `path` is `folder` or lies in it. */
const contains = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)

/** A folder that is away for now counts by its name. */
const realOrSame = (path: string): Promise<string> => realpath(path).catch(() => path)

const notAPath = () =>
  refused('FOLDER_PATH', 'Give the full path of the folder, beginning with a slash.')

const refused = (reason: string, message: string, cause?: unknown) =>
  new AppError('bad_request', message, { reason, cause })
