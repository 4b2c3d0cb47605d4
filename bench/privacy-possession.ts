import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { masterKey } from '../adapters/disk/master-key.ts'
import { openDatabase } from '../adapters/sql/database.ts'
import { parseDigest } from '../core/digest.ts'
import { keysFrom } from '../core/keys.ts'
import type { RunningBox } from '../tests/flows/running-box.ts'
import { type Content, contentOf, type Sender, sender, untilQuiet } from './privacy-box.ts'
import { shuffled, type Timing } from './privacy-stats.ts'

const MIB = 2 ** 20
/** The fewest holders that any content needs to be offered. */
const HOLDERS = 3
/** As many refusals as an account may have in an hour. */
const REFUSALS = 10

const KINDS = ['unknown', 'hash only', 'too few holders'] as const
type Kind = (typeof KINDS)[number]

/** Proofs that are refused, for each reason that the time of the answer must not tell. */
export async function refusals(box: RunningBox, count: number): Promise<Timing[]> {
  await box.json('/api/v1/admin/privacy', { method: 'PATCH', body: { mode: 'instant' } })
  const popular = await luckyFile(box)
  const rare = await luckyFile(box)
  for (let n = 1; n <= HOLDERS; n++) {
    const holder = await sender(box, `holder-${n}`)
    await holder.store('popular.bin', popular)
    if (n < HOLDERS) await holder.store('rare.bin', rare)
  }
  const prober = await sender(box, 'prober')
  await untilQuiet(box)
  const hours = openDatabase(join(box.dataDir, 'catalog.sqlite'))
  const contents: Record<Kind, () => Content> = {
    unknown: () => contentOf(randomBytes(MIB)),
    'hash only': () => contentOf(popular),
    'too few holders': () => contentOf(rare),
  }
  const times: Record<Kind, number[]> = { unknown: [], 'hash only': [], 'too few holders': [] }
  let asked = 0
  const ask = async (kind: Kind) => {
    // An hour passes for the limits: what is measured is what an attacker sees in many of them.
    if (asked++ % REFUSALS === 0) {
      await hours.write((tx) => tx.updateTable('upload_challenges').set({ used_at: 0 }).execute())
    }
    return refused(prober, `${asked}.bin`, contents[kind]())
  }
  // The first ones find caches and the thread cold.
  for (const kind of KINDS) await ask(kind)
  for (const kind of shuffled(KINDS.flatMap((each) => Array<Kind>(count).fill(each)))) {
    times[kind].push(await ask(kind))
  }
  await hours.close()
  return (['hash only', 'too few holders'] as const).map((kind) => ({
    what: `POST /upload/prove, ${kind}`,
    unknown: times.unknown,
    known: times[kind],
  }))
}

/** Milliseconds until a proof that is made up was refused. */
async function refused(prober: Sender, name: string, content: Content): Promise<number> {
  const { body } = await prober.ask(name, content)
  const { cid } = body.challenge as unknown as { cid: string }
  const proof = randomBytes(32).toString('hex')
  const answer = await prober.timed('POST', '/upload/prove', { doc_id: body.doc_id, cid, proof })
  if (answer.body.status !== 'UPLOAD_URL_GENERATED') throw new Error('a guess was taken')
  return answer.ms
}

/** 1 MiB that is offered as soon as three others hold it: the box's secret decides which is. */
async function luckyFile(box: RunningBox): Promise<Uint8Array> {
  const keys = keysFrom(await masterKey(join(box.dataDir, 'master.key')))
  for (;;) {
    const bytes = randomBytes(MIB)
    const digest = parseDigest(contentOf(bytes).digest)
    if (digest && keys.threshold(keys.tag(digest)) === HOLDERS) return bytes
  }
}
