import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { childTranscriber } from '../../adapters/child/transcriber.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { steps } from '../../core/pipeline/steps.ts'
import type { Listening, StepUnit, Transcriber } from '../../core/ports/index.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { runNext } from '../../worker/loop.ts'
import { recording } from '../recording.ts'
import { madeByFfmpeg, recordedAs } from '../sounds.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { understandingBox } from '../understanding-box.ts'

const MIB = 2 ** 20
const PARSER = join(import.meta.dirname, '..', '..', 'worker', 'parse', 'main.ts')

/** A box with the tiny speech model, and what it was asked to listen to. */
async function listeningBox() {
  const models = await temporaryFolder()
  const name = await makeTinyModel('speech', models)
  const limits = { memoryBytes: 700 * MIB, cpuSeconds: 60, wallMs: 60_000 }
  const whisper = childTranscriber(
    { command: [process.execPath, PARSER], limits },
    { name, folder: join(models, name) },
  )
  const asked: Listening[] = []
  const transcriber: Transcriber = {
    ...whisper,
    transcribe(file, listening, signal, onSegments) {
      asked.push(listening)
      return whisper.transcribe(file, listening, signal, onSegments)
    },
  }
  const box = await understandingBox()
  return { ...box, ports: { ...box.ports, transcriber }, transcriber, asked }
}

it('finds what is said in a recording of three minutes, at its second', async () => {
  const { store, chapter, work, found, transcriber } = await listeningBox()
  const { chapterId } = await chapter('Book')
  const spoken = [
    ['alpha', 3],
    ['pause', 87],
    ['bravo', 3],
    ['pause', 80],
    ['charlie', 7],
  ] as const
  await store(chapterId, 'talk.wav', recording(spoken))
  await work({ transcriber })
  for (const [word, second] of [
    ['alpha', 0],
    ['bravo', 90],
    ['charlie', 173],
  ] as const) {
    const [hit] = await found(word)
    expect(hit?.name).toBe('talk.wav')
    expect(Math.abs((hit?.locator.startMs ?? -1e9) - second * 1000)).toBeLessThan(1000)
    expect(hit?.locator.endMs).toBeGreaterThan(hit?.locator.startMs ?? 0)
  }
}, 300_000)

it('finds what is said in a film, and the film without sound by what is written on it', async () => {
  const { store, chapter, work, found, transcriber, ports } = await listeningBox()
  const { chapterId } = await chapter('Book')
  const sound = await recordedAs('said.opus', [['delta', 3]])
  const picture = ['-f', 'lavfi', '-i', 'color=red:size=64x64:rate=5:duration=3']
  const film = await madeByFfmpeg('film.mp4', ['-i', sound, ...picture])
  const mute = await madeByFfmpeg('mute.mp4', [...picture, '-metadata', 'title=Harbour at dawn'])
  await store(chapterId, 'film.mp4', await readFile(film))
  const { version } = await store(chapterId, 'mute.mp4', await readFile(mute))
  await work({ transcriber })
  expect((await found('delta')).map((hit) => hit.name)).toEqual(['film.mp4'])
  expect((await found('dawn')).map((hit) => hit.name)).toEqual(['mute.mp4'])
  const told = await ports.catalog.derivations.shown(version.id)
  expect(told.find(({ step }) => step === 'speech')).toMatchObject({
    state: 'skipped',
    reason: 'NO_SOUND',
  })
}, 300_000)

it('goes on where it was when the worker is stopped in the middle', async () => {
  const box = await listeningBox()
  const { chapterId } = await box.chapter('Book')
  const spoken = [
    ['alpha', 3],
    ['pause', 6],
    ['bravo', 20],
    ['pause', 6],
    ['charlie', 3],
  ] as const
  await box.store(chapterId, 'talk.wav', recording(spoken))
  const stopped = new AbortController()
  const { transcriber } = box
  const stopping: Transcriber = {
    ...transcriber,
    transcribe: (file, listening, signal, onSegments) =>
      transcriber.transcribe(file, listening, signal, async (segments, untilMs) => {
        await onSegments(segments, untilMs)
        stopped.abort(new Error('the worker stops'))
      }),
  }
  const options = { worker: 'test', leaseMs: 60_000, maxAttempts: 3, signal: stopped.signal }
  await settleArrivals(box.ports)
  while (!stopped.signal.aborted) {
    if (!(await runNext({ ...box.ports, transcriber: stopping }, steps, options))) break
  }
  expect(stopped.signal.aborted).toBe(true)
  box.asked.length = 0
  await box.work({ transcriber })
  expect(box.asked[0]?.fromMs).toBeGreaterThan(2500)
  const [hit] = await box.found('charlie')
  expect(Math.abs((hit?.locator.startMs ?? -1e9) - 35_000)).toBeLessThan(1000)
  expect((await box.found('alpha'))[0]?.locator.startMs).toBeLessThan(1000)
}, 300_000)

it('does not believe a recording that states a length of three thousand years', async () => {
  const { store, chapter, work, found, transcriber, ports, asked } = await listeningBox()
  const { chapterId } = await chapter('Book')
  const bytes = await readFile(await recordedAs('said.mka', [['alpha', 3]]))
  // Matroska's Duration: an element of eight bytes, in milliseconds.
  const at = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88]))
  bytes.writeDoubleBE(1e14, at + 3)
  const { version } = await store(chapterId, 'said.mka', bytes)
  await work({ transcriber })
  const row = (step: 'extract' | 'speech') => ports.catalog.derivations.get(version.digest, step)
  expect((await row('extract'))?.facts.durationMs).toBe(31 * 24 * 3_600_000)
  expect(asked).toHaveLength(1)
  expect(await row('speech')).toMatchObject({
    state: 'failed',
    reason: 'FILE_TRUNCATED',
    coverage: { unit: 'minute', done: 0, total: 31 * 24 * 60 },
    facts: { failedUnits: [] },
  })
  expect(await found('alpha')).toHaveLength(1)
}, 300_000)

it('says how much of a recording is there whose copy ended too soon', async () => {
  const { store, chapter, work, found, transcriber, ports } = await listeningBox()
  const { chapterId } = await chapter('Book')
  const spoken = [
    ['alpha', 3],
    ['pause', 177],
  ] as const
  const bytes = await readFile(await recordedAs('said.mka', spoken, ['-c:a', 'pcm_s16le']))
  const half = bytes.subarray(0, bytes.length / 2)
  const { version } = await store(chapterId, 'said.mka', half)
  await work({ transcriber })
  expect(await ports.catalog.derivations.get(version.digest, 'speech')).toMatchObject({
    state: 'partial',
    reason: 'FILE_TRUNCATED',
    coverage: { done: 1, total: 3, missing: [expect.stringMatching(/^1:(29|30) to 3:00: /)] },
  })
  expect(await found('alpha')).toHaveLength(1)
}, 300_000)

it('counts sound as silent where the pictures of a film go on', async () => {
  const { store, chapter, work, transcriber, ports } = await listeningBox()
  const { chapterId } = await chapter('Book')
  const sound = await recordedAs('said.opus', [['delta', 3]])
  const picture = ['-f', 'lavfi', '-i', 'color=red:size=64x64:rate=5:duration=90']
  const film = await madeByFfmpeg('film.mkv', ['-i', sound, ...picture])
  const { version } = await store(chapterId, 'film.mkv', await readFile(film))
  await work({ transcriber })
  expect(await ports.catalog.derivations.get(version.digest, 'speech')).toMatchObject({
    state: 'done',
    coverage: { done: 2, total: 2 },
  })
}, 300_000)

it('takes no word for a minute that was not asked for', async () => {
  const { store, chapter, work, found, transcriber, ports, asked } = await listeningBox()
  const { chapterId } = await chapter('Book')
  const minutes = [
    ['alpha', 3],
    ['pause', 597],
    ['bravo', 3],
  ] as const
  const { version } = await store(chapterId, 'talk.wav', recording(minutes))
  let kept: StepUnit[] = []
  // As a reader says it that was taken over by its file.
  const boastful: Transcriber = {
    ...transcriber,
    async transcribe(file, listening, signal, onSegments) {
      kept = await ports.catalog.units.all({
        digest: version.digest,
        step: 'speech',
        stepVersion: 1,
        by: transcriber.id,
      })
      return transcriber.transcribe(file, listening, signal, (segments) =>
        onSegments(segments, 9e8),
      )
    },
  }
  await work({ transcriber: boastful })
  expect(asked.map(({ fromMs }) => fromMs)).toEqual([0, 600_000])
  // What is kept for a worker that goes on knows what was found out at the end of its call.
  const by = transcriber.id
  expect(kept[0]).toMatchObject({ unit: 0, state: 'done', body: { by, language: 'en' } })
  expect(await ports.catalog.derivations.get(version.digest, 'speech')).toMatchObject({
    state: 'done',
    coverage: { done: 11, total: 11 },
  })
  expect(await found('bravo')).toHaveLength(1)
}, 300_000)

const real = process.env.ONEFOLD_TEST_WHISPER

it.skipIf(!real)(
  'hears speech of espeak-ng with the model in ONEFOLD_TEST_WHISPER',
  async () => {
    const { chapter, store, work, found } = await understandingBox()
    const { chapterId } = await chapter('Book')
    const text = 'The harbour master counts the ships every morning.'
    const folder = await temporaryFolder()
    execFileSync('espeak-ng', ['-v', 'en', '-s', '140', '-w', join(folder, 'said.wav'), text])
    await store(chapterId, 'said.wav', await readFile(join(folder, 'said.wav')))
    const limits = { memoryBytes: 2048 * MIB, cpuSeconds: 600, wallMs: 600_000 }
    const options = { command: [process.execPath, PARSER], limits }
    const transcriber = childTranscriber(options, { name: 'test/whisper', folder: real ?? '' })
    await work({ transcriber })
    expect((await found('harbour')).map((hit) => hit.name)).toEqual(['said.wav'])
  },
  600_000,
)
