import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { BlobFile } from '../core/ports/index.ts'

/** Opens a file as a blob store does, until this test is over. */
export async function openFile(path: string): Promise<BlobFile> {
  const handle = await open(path, 'r')
  onTestFinished(() => handle.close())
  const { size } = await handle.stat()
  return { fd: handle.fd, sizeBytes: size, close: () => handle.close() }
}

/** A file among `tests/fixtures`. */
export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

/** A file with these bytes, gone when this test is over. */
export function fileOf(bytes: Uint8Array | string): Promise<BlobFile> {
  const folder = mkdtempSync(join(tmpdir(), 'onefold-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  return openFile(path)
}
