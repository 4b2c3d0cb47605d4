import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { isModelName, readManifest } from '../../core/models/manifest.ts'
import type { Model, ModelShelf } from '../../core/ports/models.ts'
import { diskModelCarrier } from './carrier.ts'
import { foldersIn, hashFile, syncFolder } from './files.ts'
import { builtinLanguages } from './languages.ts'
import { describeFiles, readModel, syncModel, writeManifest } from './model-folder.ts'
import { letEverybodyRead } from './modes.ts'
import { finishReplacing, replaceAll } from './replace.ts'

/** Where models are put together before anybody sees them. */
const STAGING = '.staging'

/** Such a folder is removed with all that is in it: its name must not lead anywhere else. */
const STAGE = /^[A-Za-z0-9][A-Za-z0-9@._-]*$/

/** What is fetched over many tries keeps its staging folder until it is whole. */
const LASTING = 'fetch-'

/**
 * A shelf in a folder of this disk.
 *
 * @param reserve bytes that are to stay free on a disk of a size
 */
export function diskModelShelf(
  modelsDir: string,
  reserve: (totalBytes: number) => number,
): ModelShelf {
  const dir = resolve(modelsDir)
  return {
    dir,
    ...reading(dir),
    ...changing(dir),
    carrier: diskModelCarrier(dir),
    async room() {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      const { bsize, blocks, bavail } = await statfs(dir)
      return Math.max(0, bavail * bsize - reserve(blocks * bsize))
    },
  }
}

const reading = (dir: string): Pick<ModelShelf, 'list' | 'find' | 'verify'> => ({
  async list() {
    const own = await modelsIn(dir)
    const names = new Set(own.map(({ name }) => name))
    const builtin = (await builtinLanguages()).filter(({ name }) => !names.has(name))
    return [...own, ...builtin].toSorted(byKindAndName)
  },

  async find(kind) {
    const models = (await modelsIn(dir)).toSorted(byKindAndName)
    return models.find((model) => model.kind === kind && model.state !== 'broken')
  },

  async verify({ folder, manifest }, { signal, onProgress }) {
    const files = manifest?.files ?? []
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const wrong: string[] = []
    let done = 0
    const onBytes = (bytes: number) => {
      done += bytes
      onProgress?.(done, total)
    }
    for (const { path, sha256 } of files) {
      const found = await hashFile(join(folder, path), { signal, onBytes })
      if (found !== sha256) wrong.push(path)
    }
    return wrong
  },
})

async function modelsIn(dir: string): Promise<Model[]> {
  const models: Model[] = []
  for (const organization of await foldersIn(dir)) {
    for (const name of await foldersIn(join(dir, organization))) {
      const model = await readModel(dir, `${organization}/${name}`)
      if (model) models.push(model)
    }
  }
  return models
}

const byKindAndName = (a: Model, b: Model): number =>
  `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1

type Changing = Pick<ModelShelf, 'adopt' | 'remove' | 'recover' | 'stage' | 'shelve'>

function changing(dir: string): Changing {
  const stage = async (name: string): Promise<string> => {
    if (!STAGE.test(name) || name.includes('..'))
      throw new Error(`"${name}" is no name of a folder.`)
    const folder = join(dir, STAGING, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  }
  return {
    stage,

    async adopt({ name, kind, folder }, licence, { signal }) {
      const files = await describeFiles(folder, signal)
      const manifest = readManifest({ name, kind, licence, source: 'by hand', files })
      await writeManifest(folder, manifest)
      return manifest
    },

    async remove(name) {
      const folder = join(dir, name)
      const siblings = isModelName(name) ? await foldersIn(dirname(folder)) : []
      if (!siblings.includes(basename(folder))) {
        throw new AppError('not_found', `There is no model "${name}" here.`)
      }
      // Out of sight at once, whatever happens while its files go.
      const aside = await stage(`gone-${randomUUID()}`)
      await rename(folder, join(aside, 'model'))
      await syncFolder(dirname(folder))
      await rm(aside, { recursive: true, force: true })
    },

    async recover() {
      await finishReplacing(dir)
      for (const name of await foldersIn(join(dir, STAGING))) {
        if (name.startsWith(LASTING)) continue
        await rm(join(dir, STAGING, name), { recursive: true, force: true })
      }
    },

    async shelve(folder, manifests) {
      for (const manifest of manifests) {
        await writeManifest(join(folder, manifest.name), manifest)
        await letEverybodyRead(join(folder, manifest.name))
        await syncModel(join(folder, manifest.name), manifest)
      }
      await replaceAll(dir, { from: folder, names: manifests.map(({ name }) => name) })
    },
  }
}
