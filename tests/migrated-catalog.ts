import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'

/** Puts a catalog of the newest schema, with nothing in it, into `folder`. @returns its path */
export async function migratedCatalog(folder: string): Promise<string> {
  const path = join(folder, 'catalog.sqlite')
  await copyFile(inject('catalogTemplate'), path)
  return path
}
