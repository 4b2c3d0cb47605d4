import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { auc } from '../../bench/privacy-stats.ts'
import { codeOf } from '../../core/errors.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { jobStats, listJobs } from '../../core/job/jobs.ts'
import { documentText } from '../../core/library/document-text.ts'
import { getDocument } from '../../core/library/get-document.ts'
import { listDocuments } from '../../core/library/list-documents.ts'
import { openPreview } from '../../core/library/preview.ts'
import type { Step } from '../../core/model/job.ts'
import { steps } from '../../core/pipeline/steps.ts'
import { search } from '../../core/search/search.ts'
import { describedOut, documentOut } from '../../server/wire/document.ts'
import { jobOut } from '../../server/wire/job.ts'
import { runWorker } from '../../worker/loop.ts'
import { alarmOf, runReplays } from '../../worker/replay.ts'
import { fixture } from '../open-file.ts'
import { replayTimes, seededRandom } from '../replay-times.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { understandingBox } from '../understanding-box.ts'
import { virtualClock } from '../virtual-clock.ts'

type Box = Awaited<ReturnType<typeof understandingBox>>

it.each([
  ['an idle', 2_500],
  ['a busy', 500],
])(
  'A4 pipeline-replay: on %s box, what others have is ready no sooner and no later',
  async (_, everyMs) => {
    const options = { files: 24, everyMs, random: seededRandom(4) }
    const times = await replayTimes(await temporaryFolder(), options)
    const figure = auc(times)
    console.info(`A4 pipeline-replay: ${times.what}, 24 of each kind, AUC ${figure.toFixed(3)}`)
    // So few pairs scatter; bench/privacy-replay.ts has more of them.
    expect(figure).toBeGreaterThan(0.4)
    expect(figure).toBeLessThan(0.6)
    expect(Math.abs(meanOf(times.known) / meanOf(times.unknown) - 1)).toBeLessThan(0.15)
  },
  120_000,
)

it.each([['handbook.pdf'], ['logbook.pdf'], ['password.pdf'], ['buoy.jpg']])(
  'A5 response-shape: all that is told of %s on its way is the same, whether others have it',
  async (name) => {
    const bytes = await readFile(fixture(name))
    const told = await storyOf(name, bytes, { isKnown: false })
    expect(told.length).toBeGreaterThan(4)
    expect(await storyOf(name, bytes, { isKnown: true })).toEqual(told)
  },
  120_000,
)

const LANES = 2
const TAKES: Record<Step, number> = {
  probe: 30,
  extract: 230,
  ocr: 400,
  speech: 300,
  chunk: 20,
  embed: 150,
  index: 40,
  // Without a model there is nothing to do for it.
  picture: 0,
  preview: 110,
  near: 10,
  link: 0,
}

/** All that a reader of one chapter is told while a file in it is understood, moment by moment. */
async function storyOf(
  name: string,
  bytes: Uint8Array,
  { isKnown }: { isKnown: boolean },
): Promise<string[]> {
  const on = await understandingBox()
  const theirs = await on.chapter('Theirs')
  const mine = await on.chapter('Mine')
  const reader = await on.reader(mine.bookId)
  const startedAt = on.ports.clock.now() + 10 * 60_000
  const story: string[] = []
  const tellOn = virtualClock(LANES + 2, startedAt, async () => {
    const moment = plain(await momentOf(on, reader), startedAt)
    if (moment !== story.at(-1)) story.push(moment)
  })
  if (isKnown) {
    await on.store(theirs.chapterId, `their ${name}`, bytes)
    await on.work(
      {},
      timed((ms) => on.ports.clock.sleep(ms)),
    )
  }
  // Storing takes a second.
  await on.ports.clock.sleep(startedAt - 1000 - on.ports.clock.now())
  await on.store(mine.chapterId, name, bytes)
  const ports = { ...on.ports, clock: tellOn }
  await settleArrivals(ports)
  const stop = new AbortController()
  const alarm = alarmOf(ports, stop.signal)
  const times = { leaseMs: 60_000, maxAttempts: 3, lanes: LANES }
  const options = { worker: 'w', ...times, signal: stop.signal, alarm }
  const slow = timed((ms) => tellOn.sleep(ms))
  const working = [runWorker(ports, slow, options), runReplays(ports, slow, options)]
  for (let i = 0; i < 16; i++) {
    await tellOn.sleep(250)
    await settleArrivals(ports)
  }
  stop.abort()
  await Promise.all(working)
  return story
}

/** The steps as they are, each taking its time of the clock; how far it is would be told by ours. */
const timed = (sleep: (ms: number) => Promise<void>): typeof steps =>
  new Map(
    [...steps].map(([step, definition]) => {
      const run: typeof definition.run = async (ports, job, { signal }) => {
        await sleep(TAKES[step])
        return definition.run(ports, job, { signal, progress() {} })
      }
      return [step, { ...definition, run }]
    }),
  )

async function momentOf({ ports, access }: Box, userId: string) {
  const reader = await access(userId)
  const sort = { sort: 'name', descending: false, limit: 50 } as const
  const { items } = await listDocuments(ports, reader, sort)
  const jobs = await listJobs(ports, reader, { limit: 50 })
  const events = await ports.catalog.journal.events(reader.visible, userId, 0, 1000)
  return {
    documents: items.map(documentOut),
    pages: await Promise.all(items.map(({ id }) => pageOf(ports, reader, id))),
    jobs: jobs.items.map(jobOut),
    running: (await listJobs(ports, reader, { states: ['running'], limit: 50 })).items.map(jobOut),
    stats: await jobStats(ports, reader),
    found: await search(ports, reader, { text: 'oil lighthouse', sort: 'best', limit: 50 }),
    events: events.map(({ kind, at, payload }) => ({ kind, at, payload })),
  }
}

async function pageOf(
  ports: Box['ports'],
  reader: Awaited<ReturnType<Box['access']>>,
  documentId: string,
) {
  return {
    page: describedOut(await getDocument(ports, reader, documentId)),
    text: await documentText(ports, reader, { documentId }),
    preview: await openPreview(ports, reader, { documentId }).then(
      ({ sizeBytes }) => sizeBytes,
      (cause) => codeOf(cause),
    ),
  }
}

/** Without what differs between any two files: names of rows and the hour of the day. */
function plain(moment: unknown, startedAt: number): string {
  const names = new Map<string, string>()
  const named = (id: string) => {
    if (!names.has(id)) names.set(id, `#${names.size}`)
    return names.get(id) ?? ''
  }
  return JSON.stringify(
    moment,
    (_key, value: unknown) =>
      typeof value === 'number' && value > 1e12 ? `at ${value - startedAt}` : value,
    1,
  ).replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b/g, named)
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
