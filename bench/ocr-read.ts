// Reads the first pages of a PDF as the worker does, and prints their text: `ocr-read.ts file pages`.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { bareSandbox } from '../adapters/child/bare.ts'
import { childExtractor } from '../adapters/child/extractor.ts'
import { MOST_OCR_PAGES } from '../core/ports/extractor.ts'

const [path = '', pages = '1'] = process.argv.slice(2)
const extractor = childExtractor({
  command: [process.execPath, join(import.meta.dirname, '../worker/parse/main.ts')],
  limits: { memoryBytes: 700 * 2 ** 20, cpuSeconds: 600, wallMs: 600_000 },
  // Processor time of what ends behind walls is told to nobody outside of them.
  sandbox: async () => bareSandbox,
})
const handle = await open(path, 'r')
const file = { fd: handle.fd, sizeBytes: (await handle.stat()).size, close: () => handle.close() }
for (let first = 1; first <= Number(pages); first += MOST_OCR_PAGES) {
  const length = Math.min(MOST_OCR_PAGES, Number(pages) - first + 1)
  const request = { pages: Array.from({ length }, (_, at) => first + at), languages: ['eng'] }
  const { signal } = new AbortController()
  for (const { text } of await extractor.ocr(file, 'application/pdf', request, signal)) {
    console.log(text)
  }
}
await file.close()
