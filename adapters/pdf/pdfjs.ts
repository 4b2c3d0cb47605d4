import { fileURLToPath } from 'node:url'
import {
  getDocument,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
  type PDFPageProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import { AppError } from '../../core/errors.ts'
import type { Draft, ParserFile } from '../../core/ports/parser.ts'
import { paintedCanvas } from './canvas.ts'
import { isFilledByPicture, paintsNothing } from './operators.ts'
import { MAX_PAGES, pagesDraft } from './pages.ts'
import { isScanty } from './scans.ts'

/** The file is held in memory as a whole, and more beside it. */
const MAX_BYTES = 128 * 1024 * 1024

/** Folder of the library's own data, as it wants it: with a slash at the end. */
const dataFolder = (name: string): string =>
  fileURLToPath(import.meta.resolve(`pdfjs-dist/package.json`)).replace('package.json', `${name}/`)

/** Text layer by the engine that needs no system package. */
export const extractByPdfjs = (
  file: ParserFile,
  progress: (share: number) => void,
): Promise<Draft> =>
  withDocument(file, async (pdf) => {
    const last = Math.min(pdf.numPages, MAX_PAGES)
    const texts: string[] = []
    const blank = new Set<number>()
    const filled = new Set<number>()
    for (let number = 1; number <= last; number++) {
      const page = await pdf.getPage(number)
      const text = await textOf(page)
      if (text.trim() === '' && (await paintsNothing(page))) blank.add(number)
      if (isScanty(text) && (await isFilledByPicture(page))) filled.add(number)
      texts.push(text)
      page.cleanup()
      progress(number / last)
    }
    return pagesDraft(file, {
      texts,
      blank,
      filled,
      pageCount: pdf.numPages,
      metadata: await metadataOf(pdf),
    })
  })

/** First page, painted on the canvas that the engine itself chose: another copy of it crashes. */
export const previewByPdfjs = (file: ParserFile, widthPx: number): Promise<Uint8Array> =>
  withDocument(file, async (pdf) => {
    const page = await pdf.getPage(1)
    const { width, height } = page.getViewport({ scale: 1 })
    const scale = Math.min(widthPx / width, (3 * widthPx) / height)
    const viewport = page.getViewport({ scale })
    return await (await paintedCanvas(pdf, page, viewport)).encode('webp', 80)
  })

async function withDocument<Result>(
  file: ParserFile,
  use: (pdf: PDFDocumentProxy) => Promise<Result>,
): Promise<Result> {
  const task = openDocument(file)
  try {
    return await use(await task.promise)
  } catch (cause) {
    throw refusal(cause)
  } finally {
    await task.destroy()
  }
}

/** Begins to open the document; whoever does ends it with `destroy`. */
export const openDocument = (file: ParserFile): PDFDocumentLoadingTask =>
  getDocument({
    data: new Uint8Array(file.whole(MAX_BYTES)),
    verbosity: 0,
    enableXfa: false,
    cMapUrl: dataFolder('cmaps'),
    standardFontDataUrl: dataFolder('standard_fonts'),
    wasmUrl: dataFolder('wasm'),
    iccUrl: dataFolder('iccs'),
  })

/** What an error of the engine says about the file; errors of other kinds stay as they are. */
export function refusal(cause: unknown): unknown {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'PasswordException') {
    const message = 'This PDF is protected by a password.'
    return new AppError('unsupported_type', message, { reason: 'PASSWORD_PROTECTED', cause })
  }
  if (/^(InvalidPDF|Format|XRef|Response|UnknownError)/.test(name)) {
    const message = 'This PDF is damaged: it cannot be read.'
    return new AppError('unsupported_type', message, { reason: 'DAMAGED_FILE', cause })
  }
  return cause
}

async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent()
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
}

async function metadataOf(pdf: PDFDocumentProxy): Promise<Record<string, string>> {
  const { info } = await pdf.getMetadata()
  const stated: Record<string, unknown> = { ...info }
  const fields = { title: stated.Title, author: stated.Author, subject: stated.Subject }
  return Object.fromEntries(
    Object.entries(fields).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
