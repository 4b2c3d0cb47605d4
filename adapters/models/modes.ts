import { chmod, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = 0o755
const FILE = 0o644

/**
 * Lets everybody read a model, whatever the umask: a reader of scans or speech may run as a user made
 * for one file, and there is nothing secret in a model.
 */
export async function letEverybodyRead(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, FOLDER)
    else if (entry.isFile()) await chmod(path, FILE)
  }
  await chmod(folder, FOLDER)
}

/** Lets everybody pass through a folder of ours; who made another decides about it. */
export async function letEverybodyPass(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder)
  if (uid === process.getuid?.() && (mode & FOLDER) !== FOLDER) await chmod(folder, mode | FOLDER)
}
