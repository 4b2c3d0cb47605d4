import { AppError } from '../../core/errors.ts'
import type { PagePicture, PageReader } from '../../core/ports/parser.ts'
import type { Engine } from './engine.ts'
import { findLanguage } from './languages.ts'
import type { Reading } from './reading.ts'
import { hasTesseract, tesseract } from './tesseract.ts'
import { type Rotation, turn } from './turn.ts'

/** What a page that stands upright reaches; one that does not stays far below. */
const CLEAR = 70
/** With fewer letters than this, a clear reading is luck. */
const FEW = 3
/** Paper is white; a page with nothing darker has nothing to read. */
const WHITE = 250

/**
 * Reads pages in these languages: by tesseract where it is installed, else by tesseract.js. A page
 * that lies on its side or its head is turned until it reads best.
 *
 * @throws AppError `unavailable` (`NO_OCR`) when there is no data for any of the languages
 */
export async function pageReader(
  languages: readonly string[],
  modelsDir?: string,
): Promise<PageReader> {
  const found = languages.flatMap((language) => findLanguage(language, modelsDir) ?? [])
  if (found.length === 0) throw noLanguage(languages)
  return readerBy(
    hasTesseract()
      ? await tesseract(found, modelsDir)
      : await (await import('./tesseract-js.ts')).tesseractJs(found),
  )
}

const noLanguage = (languages: readonly string[]) =>
  new AppError(
    'unavailable',
    `Text in pictures was not read: no OCR data for ${languages.join(', ') || 'any language'}. ` +
      'Install tesseract-ocr and its language packages, or add the language as a model.',
    { reason: 'NO_OCR' },
  )

/** Turns pages for an engine. */
export function readerBy(engine: Engine): PageReader {
  const at = async (picture: PagePicture, rotation: Rotation, signal: AbortSignal) => ({
    ...(await engine.read(turn(picture, rotation), signal)),
    rotation,
  })

  return {
    async read(picture, signal) {
      if (picture.grey.every((pixel) => pixel >= WHITE)) return NOTHING
      const upright = await at(picture, 0, signal)
      // Most pages stand upright, so finding out how a page lies costs only those that read badly.
      if (isClear(upright) || upright.clarity === 0) return answer([upright])
      const orientation = await engine.orientation(picture, signal)
      const turns: readonly Rotation[] = orientation === undefined ? [90, 270, 180] : [orientation]
      const tried: Tried[] = [upright]
      for (const rotation of turns) {
        if (rotation !== 0 && !tried.some(isClear)) tried.push(await at(picture, rotation, signal))
      }
      return answer(tried)
    },

    close: () => engine.close(),
  }
}

type Tried = Reading & { rotation: Rotation }

const NOTHING = { text: '', confidence: 0, rotation: 0 } as const

const isClear = ({ clarity, score, isSideways }: Reading): boolean =>
  clarity >= CLEAR && score >= FEW && !isSideways

/** What a reading is worth beside others of the same page. */
const worth = ({ score, isSideways }: Reading): number => (isSideways ? score / 2 : score)

/** Dirt gives letters in any direction; only what reads well turns a page. */
function answer([upright, ...turned]: readonly Tried[]) {
  const best = [upright, ...turned].reduce((first, next) =>
    next && first && worth(next) > 1.3 * worth(first) ? next : first,
  )
  return best && best.text !== ''
    ? { text: best.text, confidence: best.confidence, rotation: best.rotation }
    : NOTHING
}
