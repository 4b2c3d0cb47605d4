import type { Draft, ParserFile } from '../../core/ports/parser.ts'
import { blankPages } from './blank-pages.ts'
import { MAX_PAGES, pagesDraft } from './pages.ts'
import { collect, poppler } from './program.ts'
import { filledPages, isScanty } from './scans.ts'

/** Text layer by pdftotext, which costs a sixth of the other engine and survives hostile files. */
export async function extractByPoppler(
  file: ParserFile,
  progress: (share: number) => void,
): Promise<Draft> {
  const info = await readInfo(file)
  const last = Math.min(info.pageCount, MAX_PAGES)
  const texts: string[] = []
  for await (const text of pageTexts(file, last)) {
    texts.push(text)
    progress(texts.length / last)
  }
  const silent = numbersOf(texts, (text) => text.trim() === '')
  return pagesDraft(file, {
    ...info,
    texts,
    blank: await blankPages(file, silent),
    filled: await filledPages(file, numbersOf(texts, isScanty)),
  })
}

/** Pages, from 1, whose text is such. */
const numbersOf = (texts: readonly string[], isSuch: (text: string) => boolean): number[] =>
  texts.flatMap((text, at) => (isSuch(text) ? [at + 1] : []))

/** First page by pdftoppm. Its PNG costs 25 times its JPEG, which is unpacked again at once. */
export async function previewByPoppler(file: ParserFile, widthPx: number): Promise<Uint8Array> {
  // Bounded by the longer side: a page may be a thousand times as high as wide.
  const size = String(Math.round(widthPx * 1.5))
  const args = ['-q', '-jpeg', '-jpegopt', 'quality=92', '-f', '1', '-l', '1', '-scale-to', size]
  const page = await collect(poppler('pdftoppm', [...args, file.path], file.fd)).catch(
    async (cause: unknown) => {
      // Quiet as it is, it does not say that a password is missing: pdfinfo does.
      await readInfo(file)
      throw cause
    },
  )
  // Loading it takes longer than reading the text of a PDF, which does without.
  const { default: sharp } = await import('sharp')
  return await sharp(page)
    .resize({ width: widthPx, withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer()
}

/** pdftotext ends each page with a form feed. */
async function* pageTexts(file: ParserFile, last: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let open = ''
  // Quiet: a hostile file makes it complain a million times, and pdfinfo has told what matters.
  const args = ['-q', '-l', String(last), '-enc', 'UTF-8', '-eol', 'unix', file.path, '-']
  for await (const chunk of poppler('pdftotext', args, file.fd)) {
    const pages = (open + decoder.decode(chunk, { stream: true })).split('\f')
    open = pages.pop() ?? ''
    yield* pages
  }
  if (open.trim() !== '') yield open
}

const FIELDS: Record<string, string> = {
  Title: 'title',
  Author: 'author',
  Subject: 'subject',
  Keywords: 'keywords',
  CreationDate: 'created',
}

async function readInfo({ path, fd }: ParserFile) {
  const output = await collect(poppler('pdfinfo', ['-isodates', '-enc', 'UTF-8', path], fd))
  const metadata: Record<string, string> = {}
  let pageCount = 0
  for (const line of output.toString().split('\n')) {
    const [, name = '', value = ''] = /^(\w+):\s+(.*)$/.exec(line) ?? []
    const field = FIELDS[name]
    if (field) metadata[field] = value
    if (name === 'Pages') pageCount = Number(value)
  }
  return { pageCount, metadata }
}
