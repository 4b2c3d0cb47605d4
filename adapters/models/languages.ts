import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BuiltinFacts, Model } from '../../core/ports/models.ts'
import { foldersIn, hashFile, isAbsent, targetSize } from './files.ts'
import { OCR_ORGANIZATION } from './kind.ts'

/** Where Debian puts the data of tesseract, below a folder for its version. */
const SYSTEM = '/usr/share/tesseract-ocr'

const DATA = /^([a-z]{3}(_[a-z]+)*)\.traineddata(\.gz)?$/
const PACKAGES = ['eng', 'deu', 'fra']

/** Languages of OCR that came with the product or the system, by name; the system's come first. */
export async function builtinLanguages(): Promise<Model[]> {
  const found = new Map<string, Model>()
  for (const place of [...(await systemPlaces()), ...packagePlaces()]) {
    for (const model of await languagesIn(place)) {
      if (!found.has(model.name)) found.set(model.name, model)
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** A folder with languages, and what is known of one by its name. */
interface Place {
  folder: string
  origin(language: string): Promise<Pick<BuiltinFacts, 'licence' | 'source'>>
}

/**
 * The packages carry what the makers of tesseract publish as `tessdata_best`, made smaller; the
 * licence is that of the data, which the packages' own (MIT, for their wrapping) does not change.
 */
function packagePlaces(): Place[] {
  const { resolve } = createRequire(import.meta.url)
  return PACKAGES.flatMap((language) => {
    try {
      const root = dirname(resolve(`@tesseract.js-data/${language}/package.json`))
      const source = `npm package @tesseract.js-data/${language}`
      return [
        {
          folder: join(root, '4.0.0_best_int'),
          origin: async () => ({ licence: 'Apache-2.0', source }),
        },
      ]
    } catch {
      return [] // left out of this installation, as of a slim image
    }
  })
}

const systemPlaces = async (): Promise<Place[]> =>
  (await foldersIn(SYSTEM)).map((version) => ({
    folder: join(SYSTEM, version, 'tessdata'),
    origin: systemOrigin,
  }))

/** By the copyright file of its Debian package, which every installation has. */
async function systemOrigin(language: string): Promise<Pick<BuiltinFacts, 'licence' | 'source'>> {
  const name = `tesseract-ocr-${language.replaceAll('_', '-')}`
  const copyright = await readFile(`/usr/share/doc/${name}/copyright`, 'utf8').catch(
    (cause: unknown) => {
      if (isAbsent(cause)) return undefined
      throw cause
    },
  )
  if (copyright === undefined) return { source: SYSTEM }
  const licence = /^License: (\S+)$/m.exec(copyright)?.[1]
  return { source: `Debian package ${name}`, ...(licence && { licence }) }
}

async function languagesIn({ folder, origin }: Place): Promise<Model[]> {
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
    const sha256 = await checksum(join(folder, file))
    if (sha256 === undefined) return []
    const builtin = { ...(await origin(language)), sha256 }
    return [{ name, kind: 'ocr', state: 'builtin', folder, sizeBytes, builtin }]
  })
  return (await Promise.all(models)).flat()
}

const checksums = new Map<string, Promise<string | undefined>>()

/** Read once in the life of a process for each state of a file: shelves are listed often. */
async function checksum(path: string): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(path)
  const key = `${path} ${size} ${mtimeMs}`
  const known = checksums.get(key) ?? realpath(path).then((real) => hashFile(real))
  checksums.set(key, known)
  return known
}
