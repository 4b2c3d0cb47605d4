import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the system's packages put what tesseract knows of languages (Debian, others, by hand). */
const SYSTEM_FOLDERS = [
  '/usr/share/tesseract-ocr/5/tessdata',
  '/usr/share/tesseract-ocr/4.00/tessdata',
  '/usr/share/tessdata',
  '/usr/local/share/tessdata',
]

/** Tesseract's names: ISO 639-2 with a variety behind it, such as `chi_sim`. Never a path. */
const NAME = /^[a-zA-Z]{3}(_[a-zA-Z]{1,16}){0,2}$/

/** One language as a file. */
export interface LanguageData {
  language: string
  /** May be gzip, as npm packages have it. */
  path: string
}

/**
 * Finds the data of a language: in the models folder, then the system's, then among the packages of
 * this product. Nothing is ever fetched.
 *
 * @param modelsDir holds `tesseract/<language>/<language>.traineddata`
 */
export function findLanguage(language: string, modelsDir?: string): LanguageData | undefined {
  if (!NAME.test(language)) return undefined
  const file = `${language}.traineddata`
  const candidates = [
    ...(modelsDir ? [join(modelsDir, 'tesseract', language, file)] : []),
    ...SYSTEM_FOLDERS.map((folder) => join(folder, file)),
    ...packaged(language),
  ]
  const path = candidates.find((candidate) => existsSync(candidate))
  return path === undefined ? undefined : { language, path }
}

/** The small integer models: a third of the size, half of the time, no worse on print. */
function packaged(language: string): string[] {
  try {
    const manifest = fileURLToPath(
      import.meta.resolve(`@tesseract.js-data/${language}/package.json`),
    )
    return [join(dirname(manifest), '4.0.0_best_int', `${language}.traineddata.gz`)]
  } catch {
    return [] // not among the packages
  }
}
