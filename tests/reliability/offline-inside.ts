// What runs where there is no network but this machine's own: `offline-inside BUNDLE FINGERPRINT`.
// Starts the whole box, imports the models, stores a file of each kind and waits until all are found.
import { request } from 'node:http'
import { pdfOf } from '../flows/pdf.ts'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { recording } from '../recording.ts'
import { scanOf } from '../scans.ts'

/** A file of each kind, and a word that only it has. */
const FILES: readonly { name: string; word: string; bytes: () => Promise<Uint8Array> }[] = [
  { name: 'notes.txt', word: 'windlass', bytes: async () => Buffer.from('The windlass is oiled.') },
  { name: 'plan.pdf', word: 'bulkhead', bytes: async () => pdfOf(['Each bulkhead is tested.']) },
  {
    name: 'letter.jpg',
    word: 'lighthouse',
    bytes: async () => scanOf('The lighthouse keeper writes'),
  },
  { name: 'call.wav', word: 'charlie', bytes: async () => recording([['charlie', 3]]) },
]

const LONGEST_MS = 10 * 60_000

const [bundle = '', fingerprint = ''] = process.argv.slice(2)
await attempt()
const begun = performance.now()
const box = await startBox({ ONEFOLD_OCR_LANGUAGES: 'eng' })
try {
  await box.onefold('models', 'import', bundle, '--trust', fingerprint)
  const importedMs = performance.now() - begun
  for (const { name, bytes } of FILES) await upload(box, name, await bytes())
  const found: Record<string, number> = {}
  await eventually(async () => {
    for (const { name, word } of FILES) {
      if (found[name] === undefined && (await isFound(box, name, word))) {
        found[name] = Math.round(performance.now() - begun)
      }
    }
    return Object.keys(found).length === FILES.length
  }, LONGEST_MS)
  const { items } = await box.json<{ items: { kind: string; in_use: boolean }[] }>('/api/v1/models')
  const inUse = new Set(items.filter((each) => each.in_use).map(({ kind }) => kind))
  process.stdout.write(
    `${JSON.stringify({ importedMs: Math.round(importedMs), found, kinds: [...inUse].sort() })}\n`,
  )
} catch (error) {
  process.stderr.write(`${box.log().slice(-4_000)}\n`)
  throw error
} finally {
  await box.stop()
}

/** What must not happen, done once on purpose by nobody of the product: the capture has to see it. */
async function attempt(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  request('http://192.0.2.1:9/')
    .once('error', () => resolve())
    .end()
  await promise
}

async function upload({ json }: RunningBox, name: string, bytes: Uint8Array): Promise<void> {
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(bytes)]), name)
  await json('/knowledge-base/upload', { method: 'POST', raw: form })
}

async function isFound({ json }: RunningBox, name: string, word: string): Promise<boolean> {
  const { hits } = await json<{ hits: { name: string }[] }>(`/api/v1/search?q=${word}`)
  return hits.some((hit) => hit.name === name)
}
