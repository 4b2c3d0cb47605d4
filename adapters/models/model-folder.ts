import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { MANIFEST_FILE, readManifest, sizeOf } from '../../core/models/manifest.ts'
import type { Model, ModelFile, ModelManifest } from '../../core/ports/models.ts'
import {
  fileSize,
  filesBelow,
  hashFile,
  isAbsent,
  syncFile,
  syncFolder,
  targetSize,
} from './files.ts'
import { kindOf } from './kind.ts'

/** A model of the shelf, by its manifest or else by its files; undefined for what is none. */
export async function readModel(dir: string, name: string): Promise<Model | undefined> {
  const folder = join(dir, name)
  const manifest = await manifestIn(folder)
  if (manifest === 'broken' || (manifest && manifest.name !== name)) {
    const kind = (await kindOf(folder, dirname(name))) ?? 'embedding'
    return { name, kind, state: 'broken', folder, sizeBytes: await sizeBelow(folder) }
  }
  if (manifest) {
    const sizes = await Promise.all(manifest.files.map(({ path }) => fileSize(join(folder, path))))
    const isWhole = manifest.files.every(({ sizeBytes }, i) => sizes[i] === sizeBytes)
    const state = isWhole ? 'whole' : 'broken'
    return { name, kind: manifest.kind, state, folder, sizeBytes: sizeOf(manifest), manifest }
  }
  const kind = await kindOf(folder, dirname(name))
  return kind && { name, kind, state: 'unverified', folder, sizeBytes: await sizeBelow(folder) }
}

/** `broken`: there is one, and it says nothing that can be used. */
async function manifestIn(folder: string): Promise<ModelManifest | 'broken' | undefined> {
  try {
    return readManifest(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')))
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    if (cause instanceof SyntaxError || cause instanceof AppError) return 'broken'
    throw cause
  }
}

async function sizeBelow(folder: string): Promise<number> {
  const paths = await filesBelow(folder)
  const sizes = await Promise.all(paths.map((path) => targetSize(join(folder, path))))
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

/** Hashes what lies in a folder. @throws AppError `bad_request` (reason `BAD_MANIFEST`) for a link */
export async function describeFiles(folder: string, signal: AbortSignal): Promise<ModelFile[]> {
  const files: ModelFile[] = []
  for (const path of (await filesBelow(folder)).filter((each) => each !== MANIFEST_FILE)) {
    const sha256 = await hashFile(join(folder, path), { signal })
    const sizeBytes = await fileSize(join(folder, path))
    if (sha256 === undefined || sizeBytes === undefined) {
      throw new AppError('bad_request', `${path} is a link: a model must have its files itself.`, {
        reason: 'BAD_MANIFEST',
      })
    }
    files.push({ path, sizeBytes, sha256 })
  }
  return files
}

/** Written aside and renamed: a model has a whole manifest or none. */
export async function writeManifest(folder: string, manifest: ModelManifest): Promise<void> {
  const path = join(folder, MANIFEST_FILE)
  await rm(`${path}.new`, { force: true })
  await writeFile(`${path}.new`, `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' })
  await syncFile(`${path}.new`)
  await rename(`${path}.new`, path)
  await syncFolder(folder)
}

/** Syncs every file and folder of a staged model. */
export async function syncModel(folder: string, { files }: ModelManifest): Promise<void> {
  for (const { path } of files) await syncFile(join(folder, path))
  const folders = new Set(files.map(({ path }) => dirname(join(folder, path))))
  for (const each of folders) await syncFolder(each)
  await syncFolder(folder)
}
