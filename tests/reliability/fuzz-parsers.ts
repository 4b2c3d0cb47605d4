// C20: reads thousands of spoilt files as the product does, each in its sandbox, and counts what is
// told of them. A run that is stopped goes on where it was when it is given the same notes.
//   fuzz-parsers [files] [seed] [notes.jsonl]
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { childExtractor } from '../../adapters/child/extractor.ts'
import { AppError } from '../../core/errors.ts'
import type { BlobFile } from '../../core/ports/index.ts'
import { mutate } from '../hostile/mutate.ts'
import { seeded } from './contents.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const FIXTURES = join(ROOT, 'tests', 'fixtures')
/** Readers at a time. */
const LANES = 2
/** Of so many files one is also looked at as at an upload, and one is drawn. */
const PROBED = 4
const DRAWN = 8
/** Of so many files one goes through LibreOffice, which takes ten times as long. */
const CONVERTED = 40
const IS_CONVERTED = /\.(doc|xls|ppt)$/

const extractor = childExtractor({
  command: [process.execPath, join(ROOT, 'worker', 'parse', 'main.ts')],
  limits: { memoryBytes: 700 * 1024 ** 2, cpuSeconds: 60, wallMs: 120_000 },
})

interface Seed {
  name: string
  mediaType: string
  bytes: Buffer
}

interface Note {
  n: number
  name: string
  /** The reason that is told, `read`, or what was thrown that has none. */
  outcome: string
  ms: number
}

export interface FuzzResult {
  files: number
  outcomes: Record<string, number>
  /** Failures that tell no reason. */
  untyped: Note[]
  /** Errors that nobody waited for: they would end a server. */
  crashes: number
  slowestMs: number
  peakMiB: number
}

/** Reads `files` spoilt files; the `n`-th is always the same for a seed. */
export async function fuzzParsers(files: number, seed: number, path?: string): Promise<FuzzResult> {
  const seeds = await seedFiles()
  const notes: Note[] = path !== undefined && existsSync(path) ? notesIn(path) : []
  const known = new Set(notes.map(({ n }) => n))
  let crashes = 0
  const count = (cause: unknown) => {
    crashes++
    console.error(cause)
  }
  process.on('unhandledRejection', count).on('uncaughtException', count)
  let next = 0
  const lane = async () => {
    for (let n = next++; n < files; n = next++) {
      if (known.has(n)) continue
      const note = await readOne(n, seed, seeds)
      notes.push(note)
      if (path !== undefined) appendFileSync(path, `${JSON.stringify(note)}\n`)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  process.off('unhandledRejection', count).off('uncaughtException', count)
  return summary(notes, crashes)
}

const notesIn = (path: string): Note[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

function summary(notes: Note[], crashes: number): FuzzResult {
  const outcomes: Record<string, number> = {}
  for (const { outcome } of notes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return {
    files: notes.length,
    outcomes,
    untyped: notes.filter(({ outcome }) => outcome.startsWith('untyped')),
    crashes,
    slowestMs: Math.round(Math.max(...notes.map(({ ms }) => ms))),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

/** Every fixture with the type that is told of it when it is whole. */
async function seedFiles(): Promise<Seed[]> {
  const names = (await readdir(FIXTURES, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map(({ name }) => name)
    .toSorted()
  const seeds: Seed[] = []
  for (const name of names) {
    const bytes = readFileSync(join(FIXTURES, name))
    const { mediaType } = await withFile(bytes, (file) => extractor.probe(file, name))
    seeds.push({ name, mediaType, bytes })
  }
  return seeds
}

async function readOne(n: number, seed: number, seeds: readonly Seed[]): Promise<Note> {
  const whole = seedOf(n, seeds)
  const bytes = mutate(whole.bytes, seeded(seed * 1_000_003 + n))
  const startedAt = performance.now()
  const outcome = await withFile(bytes, (file) => fate(file, whole, n))
  return { n, name: whole.name, outcome, ms: performance.now() - startedAt }
}

function seedOf(n: number, seeds: readonly Seed[]): Seed {
  const isConverted = n % CONVERTED === CONVERTED - 1
  const some = seeds.filter(({ name }) => IS_CONVERTED.test(name) === isConverted)
  const seed = some[(isConverted ? Math.floor(n / CONVERTED) : n) % some.length]
  if (!seed) throw new Error('there are no fixtures')
  return seed
}

async function fate(file: BlobFile, { name, mediaType }: Seed, n: number): Promise<string> {
  const { signal } = new AbortController()
  try {
    const isProbed = Math.floor(n / 16) % PROBED === 0
    const type = isProbed ? (await extractor.probe(file, name)).mediaType : mediaType
    if (Math.floor(n / 16) % DRAWN === 1) await extractor.preview(file, type, 400, signal)
    await extractor.extract(file, type, signal)
    return 'read'
  } catch (error) {
    if (error instanceof AppError && error.reason !== undefined) return error.reason
    return `untyped: ${error instanceof AppError ? `${error.message} ${error.cause}` : error}`
  }
}

async function withFile<T>(bytes: Buffer, use: (file: BlobFile) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-fuzz-'))
  const path = join(folder, 'file')
  await writeFile(path, bytes)
  const handle = await open(path)
  try {
    const close = () => Promise.resolve()
    return await use({ fd: handle.fd, sizeBytes: bytes.length, close })
  } finally {
    await handle.close()
    await rm(folder, { recursive: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [files = '10000', seed = '1', notes] = process.argv.slice(2)
  const result = await fuzzParsers(Number(files), Number(seed), notes)
  console.log(JSON.stringify(result, undefined, 1))
  process.exitCode = result.crashes + result.untyped.length === 0 ? 0 : 1
}
