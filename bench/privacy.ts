import { randomBytes } from 'node:crypto'
import { type RunningBox, startBox } from '../tests/flows/running-box.ts'
import { contentOf, type Sender, sender, untilQuiet } from './privacy-box.ts'
import { refusals } from './privacy-possession.ts'
import { replays } from './privacy-replay.ts'
import { auc, median, shuffled, type Timing, zOf } from './privacy-stats.ts'

/*
 * Whether the time that a call takes tells somebody that a content is in the box which only others
 * can see. A whole box, over loopback; both kinds in an order that chance gives, so that what one
 * call leaves to be done hits both alike.
 *
 *   npm run bench:privacy                      all rows
 *   node bench/privacy.ts A2=5000 A3=1000      these, with so many calls of each kind
 */

const MIB = 2 ** 20
const WARM_UP = 100

/** A row of the matrix of docs/security.md that is a matter of time. */
interface Row {
  name: string
  /** Calls of each kind. */
  count: number
  run(box: RunningBox, count: number): Promise<Timing[]>
}

const ROWS: Record<string, Row> = {
  A2: { name: 'request-timing', count: 5_000, run: requests },
  A3: { name: 'complete-timing', count: 1_000, run: completions },
  A4: { name: 'pipeline-replay', count: 300, run: replays },
  A8: { name: 'pop-refusal-timing', count: 1_000, run: refusals },
}

/** An upload of what others hold, or of what nobody holds, is asked for. */
async function requests(box: RunningBox, count: number): Promise<Timing[]> {
  const { owner, prober } = await people(box, 'request')
  const held = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const bytes = randomBytes(2_000)
      await owner.store(`held ${i}.bin`, bytes)
      return contentOf(bytes)
    }),
  )
  await untilQuiet(box)
  const timing: Timing = { what: 'POST /upload/request', unknown: [], known: [] }
  const ask = async (kind: 'unknown' | 'known', i: number) => {
    const content = kind === 'known' ? held[i % held.length] : contentOf(randomBytes(2_000))
    return content ? (await prober.ask(`${kind} ${i}.bin`.padStart(20), content)).ms : 0
  }
  for (let i = 0; i < WARM_UP; i++) await ask(i % 2 ? 'unknown' : 'known', i)
  for (const { kind, i } of trials(count)) timing[kind].push(await ask(kind, i))
  return [timing]
}

/** 1 MiB is sent and completed that others hold, or nobody does; each content once. */
async function completions(box: RunningBox, count: number): Promise<Timing[]> {
  const { owner, prober } = await people(box, 'complete')
  const held: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const bytes = randomBytes(MIB)
    await owner.store(`held ${i}.bin`, bytes)
    held.push(bytes)
  }
  await untilQuiet(box)
  const sent: Timing = { what: 'PUT 1 MiB', unknown: [], known: [] }
  const completed: Timing = { what: 'POST /upload/complete', unknown: [], known: [] }
  for (let i = 0; i < WARM_UP; i++) await prober.store(`warm ${i}.bin`, randomBytes(MIB))
  for (const { kind, i } of trials(count)) {
    const bytes = (kind === 'known' && held[i]) || randomBytes(MIB)
    const { sentMs, completedMs } = await prober.store(`${kind} ${i}.bin`.padStart(20), bytes)
    sent[kind].push(sentMs)
    completed[kind].push(completedMs)
  }
  return [sent, completed]
}

const people = async (
  box: RunningBox,
  row: string,
): Promise<Record<'owner' | 'prober', Sender>> => ({
  owner: await sender(box, `${row}-owner`),
  prober: await sender(box, `${row}-prober`),
})

/** Not in pairs: the second of a pair would follow one of the other kind more often than not. */
const trials = (count: number) =>
  shuffled(
    (['unknown', 'known'] as const).flatMap((kind) =>
      Array.from({ length: count }, (_, i) => ({ kind, i })),
    ),
  )

function print(id: string, name: string, timing: Timing): void {
  const { what, unknown, known } = timing
  const [share, z] = [auc(timing), zOf(timing)]
  const isGood = share >= 0.48 && share <= 0.52 && Math.abs(z) < 3
  const ms = (times: number[]) => `${median(times).toFixed(2)} ms`
  console.info(
    `${id} ${name}: ${what}, n = ${known.length} each, median unknown ${ms(unknown)}, others' ${ms(known)}, AUC ${share.toFixed(4)}, z ${z.toFixed(2)} ${isGood ? 'ok' : 'TELLS THEM APART'}`,
  )
  if (!isGood) process.exitCode = 1
}

const wanted = new Map(
  process.argv.slice(2).map((text): [string, string | undefined] => {
    const [id = '', count] = text.split('=')
    return [id, count]
  }),
)
const unlimited = String(10 ** 9)
const box = await startBox({
  ONEFOLD_LIMIT_UPLOADS_PER_MINUTE: '0',
  ONEFOLD_LIMIT_OPEN_UPLOADS: unlimited,
  ONEFOLD_LIMIT_ALARM_UPLOADS: unlimited,
  ONEFOLD_LIMIT_ABANDONED_UPLOADS: unlimited,
})
try {
  for (const [id, { name, count, run }] of Object.entries(ROWS)) {
    if (wanted.size > 0 && !wanted.has(id)) continue
    for (const timing of await run(box, Number(wanted.get(id) ?? count))) print(id, name, timing)
  }
} finally {
  await box.stop()
}
