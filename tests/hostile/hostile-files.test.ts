import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childExtractor } from '../../adapters/child/extractor.ts'
import { openFile } from '../open-file.ts'
import { hostileFiles } from './make.ts'

const MIB = 1024 * 1024
/** Far less time than the product allows: nothing here is worth waiting for. */
const LIMITS = { memoryBytes: 700 * MIB, cpuSeconds: 2, wallMs: 60_000 }

const extractor = childExtractor({
  command: [process.execPath, join(import.meta.dirname, '../../worker/parse/main.ts')],
  limits: LIMITS,
})

let folder: string

// By a process of its own: making them takes memory, reading them must not.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-hostile-'))
  execFileSync(process.execPath, [join(import.meta.dirname, 'make.ts'), folder])
})
afterAll(() => rmSync(folder, { recursive: true }))

const OOXML = 'application/vnd.openxmlformats-officedocument'
/** Of families whose files are told by more than their first bytes; the others are looked at. */
const TYPES: Record<string, string> = {
  docx: `${OOXML}.wordprocessingml.document`,
  pptx: `${OOXML}.presentationml.presentation`,
  xlsx: `${OOXML}.spreadsheetml.sheet`,
  odt: 'application/vnd.oasis.opendocument.text',
  epub: 'application/epub+zip',
  pdf: 'application/pdf',
}

/** What becomes of a file that is looked at and read: the reason that is told, or `read`. */
async function fate(name: string): Promise<string> {
  const file = await openFile(join(folder, name))
  try {
    const known = TYPES[name.split('.')[1] ?? '']
    const mediaType = known ?? (await extractor.probe(file, name)).mediaType
    const { signal } = new AbortController()
    const { parts, partialReason } = await extractor.extract(file, mediaType, signal)
    return parts.length > 0 ? 'read' : (partialReason ?? 'no words')
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : String(error)
  }
}

const NAMES: Record<string, string> = {
  C1: 'zip-bomb',
  C2: 'xml-entities',
  C3: 'pdf-bomb',
  C4: 'image-bomb',
  C5: 'media-playlist',
  C9: 'zip-slip',
}

describe.each(Object.keys(NAMES))('%s', (row) => {
  const files = hostileFiles.filter((file) => file.row === row)
  it.each(files)(
    `${row} ${NAMES[row]}: $name is told by name`,
    async ({ name, ends }) => {
      expect(await fate(name)).toMatch(ends)
    },
    120_000,
  )
})

it('R8: whoever has hostile files read stays small', () => {
  expect(hostileFiles.length).toBeGreaterThanOrEqual(30)
  expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(400)
})

it('C9 zip-slip: nothing was written outside', () => {
  expect(existsSync('/tmp/onefold-evil')).toBe(false)
})
