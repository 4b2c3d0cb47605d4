import { UploadError } from './answers.ts'
import type { UploadItem } from './item.ts'

/** A body that could not be read looks like a broken network; a look at its first byte tells. */
export async function isUnreadable(item: UploadItem, error: unknown): Promise<boolean> {
  if (!(error instanceof UploadError) || error.code !== 'network' || !item.file) return false
  try {
    await item.file.slice(0, 1).arrayBuffer()
    return false
  } catch {
    return true
  }
}
