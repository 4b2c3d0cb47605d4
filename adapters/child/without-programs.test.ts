import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { pdfOfPages, scanOf } from '../../tests/scans.ts'
import { childExtractor } from './extractor.ts'

/** Makes a parser believe that none of the programs it may use is installed. */
const BARE = `data:text/javascript,
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const { existsSync } = fs
  const isProgram = (path) => /bin\\/(tesseract|pdf[a-z]+)$/.test(path)
  fs.existsSync = (path) => !isProgram(String(path)) && existsSync(path)
  syncBuiltinESMExports()`

it('reads a scan that lies on its side with nothing but what npm brings', {
  timeout: 240_000,
}, async () => {
  const extractor = childExtractor({
    command: [
      process.execPath,
      '--import',
      encodeURI(BARE),
      join(import.meta.dirname, '../../worker/parse/main.ts'),
    ],
    limits: { memoryBytes: 700 * 1024 * 1024, cpuSeconds: 60, wallMs: 60_000 },
  })
  const scan = await scanOf('The keeper lights the lamp one hour before sunset.', { turned: 90 })
  const file = await fileOf(await pdfOfPages(['Typed', { scan }]))
  const { signal } = new AbortController()
  const { scannedPages } = await extractor.extract(file, 'application/pdf', signal)
  expect(scannedPages).toEqual([2])
  const request = { pages: [2], languages: ['eng'] }
  const [page] = await extractor.ocr(file, 'application/pdf', request, signal)
  expect(page).toMatchObject({ page: 2, rotation: 270 })
  expect(page?.text).toContain('lights the lamp one hour before sunset')
})
