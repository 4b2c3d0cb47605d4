import { join } from 'node:path'
import { expect, it } from 'vitest'
import { badFiles } from '../../scripts/corpus-bad.ts'
import { fileOf } from '../../tests/open-file.ts'
import { childExtractor } from './extractor.ts'

const extractor = childExtractor({
  command: [process.execPath, join(import.meta.dirname, '../../worker/parse/main.ts')],
  limits: { memoryBytes: 700 * 1024 * 1024, cpuSeconds: 60, wallMs: 60_000 },
})

/** What becomes of a file: the reason that is told, or `read`. */
async function fate(bytes: Uint8Array, name: string): Promise<string> {
  const file = await fileOf(bytes)
  try {
    const { mediaType } = await extractor.probe(file, name)
    const { parts, partialReason } = await extractor.extract(
      file,
      mediaType,
      new AbortController().signal,
    )
    return parts.length > 0 ? 'read' : (partialReason ?? 'no words')
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : String(error)
  }
}

it('says of every bad file what is wrong with it, and goes on', async () => {
  const files = await badFiles()
  const fates: Record<string, string> = {}
  for (const { name, bytes } of files) fates[String(name)] = await fate(bytes, String(name))
  const expected = Object.fromEntries(
    files.map(({ name, reason }) => [String(name), reason ?? 'read']),
  )
  // A picture is a picture whatever it is called; its words, if any, are for OCR to find.
  expect(fates).toEqual({ ...expected, 'a picture.pdf': 'no words' })
})
