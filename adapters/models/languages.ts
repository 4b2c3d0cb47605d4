import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Model } from '../../core/ports/models.ts'
import { foldersIn, isAbsent, targetSize } from './files.ts'
import { OCR_ORGANIZATION } from './kind.ts'

/** Where Debian puts the data of tesseract, below a folder for its version. */
const SYSTEM = '/usr/share/tesseract-ocr'

const DATA = /^([a-z]{3}(_[a-z]+)*)\.traineddata(\.gz)?$/
const PACKAGES = ['eng', 'deu', 'fra']

/** Languages of OCR that came with the product or the system, by name; the system's come first. */
export async function builtinLanguages(): Promise<Model[]> {
  const found = new Map<string, Model>()
  for (const folder of [...(await systemFolders()), ...packageFolders()]) {
    for (const model of await languagesIn(folder)) {
      if (!found.has(model.name)) found.set(model.name, model)
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function packageFolders(): string[] {
  const { resolve } = createRequire(import.meta.url)
  return PACKAGES.flatMap((language) => {
    try {
      const root = dirname(resolve(`@tesseract.js-data/${language}/package.json`))
      return [join(root, '4.0.0_best_int')]
    } catch {
      return [] // left out of this installation, as of a slim image
    }
  })
}

const systemFolders = async (): Promise<string[]> =>
  (await foldersIn(SYSTEM)).map((version) => join(SYSTEM, version, 'tessdata'))

async function languagesIn(folder: string): Promise<Model[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isAbsent(cause)) return []
    throw cause
  })
  const models = names.map(async (file): Promise<Model[]> => {
    const language = DATA.exec(file)?.[1]
    const sizeBytes = await targetSize(join(folder, file))
    // `osd` tells which way up a page is; nobody reads in it.
    if (!language || language === 'osd' || sizeBytes === undefined) return []
    const name = `${OCR_ORGANIZATION}/${language}`
    return [{ name, kind: 'ocr', state: 'builtin', folder, sizeBytes }]
  })
  return (await Promise.all(models)).flat()
}
