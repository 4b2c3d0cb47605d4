import { readdirSync, readlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase } from './database.ts'

/** Files below a folder that this process has open. */
const openBelow = (folder: string) =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(join('/proc/self/fd', fd))
      return file.startsWith(`${folder}/`) ? [file] : []
    } catch {
      return [] // the listing's own
    }
  })

it('leaves no file open when it is closed, used or not', async () => {
  const folder = await temporaryFolder()
  const db = openDatabase(join(folder, 'catalog.sqlite'))
  expect(openBelow(folder)).not.toEqual([])
  await db.close()
  expect(openBelow(folder)).toEqual([])
})

it('leaves no file open when it cannot be opened', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'catalog.sqlite'))
  expect(() => openDatabase(join(folder, 'catalog.sqlite'))).toThrow()
  expect(openBelow(folder)).toEqual([])
})
