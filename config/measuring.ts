import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelKind } from '../core/ports/index.ts'
import { embeddersOf } from './embedders.ts'
import { extractorOf } from './readers.ts'
import type { Config } from './schema.ts'
import { openShelf } from './wire.ts'

/** One call does `amount` of what is counted of a kind. */
interface Timed {
  amount: number
  run(): Promise<unknown>
  close?(): Promise<void>
}

/** What is timed to tell how quick a model is, as the product would have it work. */
export const measuring = (config: Config, kind: ModelKind, name: string): Promise<Timed> =>
  WORK[kind](config, name)

const WORK: Readonly<Record<ModelKind, (config: Config, name: string) => Promise<Timed>>> = {
  async embedding(config, name) {
    const embedder = await embeddersOf(config, openShelf(config)).open(name)
    const passages = Array.from({ length: 8 }, (_, i) => passage(i))
    return { amount: passages.length, run: () => embedder.embed(passages) }
  },

  async image(config, name) {
    const pictures = await embeddersOf(config, openShelf(config)).openPictures(name)
    const side = pictures.sidePx
    const rgb = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 31) % 256)
    return { amount: 1, run: () => pictures.embedPicture(rgb, side, side) }
  },

  async speech(config, name) {
    const { listen } = await import('../adapters/whisper/listen.ts')
    const model = join(config.models.dir, name)
    const run = () => listen({ sound: tones(), fromMs: 0, language: 'en', model }, () => {})
    return { amount: SECONDS, run }
  },

  async ocr(config, name) {
    const { textPage } = await import('../adapters/image/text-page.ts')
    const folder = await mkdtemp(join(tmpdir(), 'onefold-measure-'))
    const page = await textPage(Array.from({ length: 8 }, (_, i) => passage(i)).join('\n'), 1240)
    await writeFile(join(folder, 'page'), page)
    const handle = await open(join(folder, 'page'), 'r')
    const wish = { pages: [1], languages: [name.split('/')[1] ?? ''], modelsDir: config.models.dir }
    const file = { fd: handle.fd, sizeBytes: page.length, close: () => handle.close() }
    const { signal } = new AbortController()
    const run = () => extractorOf(config).ocr(file, 'image/webp', wish, signal)
    // A sandbox mounts the file by its path, so that it has to have one until the end.
    return { amount: 1, run, close: () => rm(folder, { recursive: true }) }
  },
}

/** About as many words as a chunk has; others in each, so that nothing can be kept from call to call. */
const passage = (seed: number): string =>
  Array.from({ length: 90 }, (_, i) => WORDS[(i * 7 + seed * 13) % WORDS.length]).join(' ')

const WORDS =
  'the yearly report of the harbour office names every ship cargo storm repair budget and delay'.split(
    ' ',
  )

const SECONDS = 30
const RATE = 16_000

/** Sound that is not silence, a second at a time. */
async function* tones(): AsyncGenerator<Float32Array> {
  for (let second = 0; second < SECONDS; second++) {
    const hertz = [300, 800, 1500][second % 3] ?? 300
    yield Float32Array.from(
      { length: RATE },
      (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / RATE),
    )
  }
}
