import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../adapters/sql/database.ts'
import { sqlJournal } from '../../adapters/sql/journal.ts'
import { migrateUp } from '../../adapters/sql/migrate.ts'
import { type ExportedEntry, headLineOf, lineOf } from '../../core/audit/export.ts'
import { chainOf, keyText } from '../../core/audit/key.ts'
import { forgetfulRing } from '../../core/audit/ring.ts'
import { type Head, headsIn, headText } from '../../core/audit/seal.ts'
import { sealedEntries } from '../../core/audit/verify-box.ts'
import { verifyExport } from '../../core/audit/verify-export.ts'
import * as alone from '../../scripts/verify-audit.mjs'
import { ATTACK_NAMES, type AttackName, chance, tamperedLines } from './tamper.ts'

const HOUR = 3_600_000

/** What was found of what was done, way by way. */
export interface Tally {
  done: number
  found: number
  /** Without the head, by the key alone. */
  foundByKey: number
  /** What the verifier called it. */
  called: Record<string, number>
}

/**
 * Tampers with an exported audit again and again, each time from the sound one, and has the verifier
 * look: with the first key and the last head that was exported, and with the key alone. The verifier in
 * one file, which shares nothing with the product, has to say the same.
 */
export async function tamper(
  rounds: number,
  { entries, seed }: { entries: number; seed: number },
): Promise<{ sound: boolean; missed: string[]; tallies: Map<AttackName, Tally> }> {
  const log = await soundLog(entries)
  const header = JSON.stringify({ onefold_audit: 1, exported_at: 0, selection: false })
  const linesOf = (list: readonly ExportedEntry[]) => [header, ...bodyOf(list)]
  const verify = (lines: readonly string[], heads: readonly Head[]) =>
    verifyExport(each(lines), new Map([[chainOf(log.first), log.first]]), heads)
  const byOneFile = async (lines: readonly string[], heads: readonly Head[]) => {
    const texts = [keyText(log.first), heads.map(headText).join('\n')] as const
    const [keys, told] = [alone.keysIn(texts[0]), alone.headsIn(texts[1])]
    const { wrong } = await alone.verify(each(lines), keys, told)
    return wrong === undefined
  }
  const whole = linesOf(log.entries)
  const sound = (await verify(whole, log.heads)).isSound && (await byOneFile(whole, log.heads))
  const random = chance(seed)
  const tallies = new Map<AttackName, Tally>()
  const missed: string[] = []
  for (let round = 0; round < rounds; round++) {
    const name = ATTACK_NAMES[round % ATTACK_NAMES.length] ?? 'edit'
    const entries = log.entries.map((entry) => ({ ...entry }))
    const changed = tamperedLines(name, { entries, random, first: log.first }, linesOf)
    const { isSound, problem } = await verify(changed, log.heads)
    const byKey = await verify(changed, [])
    const tally = tallies.get(name) ?? { done: 0, found: 0, foundByKey: 0, called: {} }
    tally.done += 1
    if (!isSound) tally.found += 1
    if (!byKey.isSound) tally.foundByKey += 1
    const kind = problem?.kind ?? 'nothing'
    tally.called[kind] = (tally.called[kind] ?? 0) + 1
    tallies.set(name, tally)
    if (isSound) missed.push(`round ${round}: ${name}`)
    const agrees = [
      (await byOneFile(changed, log.heads)) === isSound,
      (await byOneFile(changed, [])) === byKey.isSound,
    ]
    if (agrees.includes(false)) missed.push(`round ${round}: ${name}, by the verifier in one file`)
  }
  return { sound, missed, tallies }
}

function bodyOf(entries: readonly ExportedEntry[]): string[] {
  const { seal, id = 0 } = entries.at(-1) ?? {}
  const lines = entries.map((entry) => lineOf(entry, false))
  return seal ? [...lines, headLineOf(headText({ id, ...seal }))] : lines
}

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines
}

/** A log of a real catalog, one entry a ten minutes, as it leaves the box with its last head. */
async function soundLog(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-tamper-'))
  let now = 1_800_000_000_000
  const ring = forgetfulRing(() => now)
  const first = Buffer.from(ring.firstKey() ?? [])
  const db = openDatabase(join(folder, 'catalog.sqlite'), { ring })
  try {
    await migrateUp(db.writer)
    const journal = sqlJournal(db)
    for (let n = 0; n < count; n++) {
      now += HOUR / 6
      ring.advance()
      await journal.audit({
        at: now,
        userId: `user-${n % 7}`,
        action: ['document.store', 'document.read', 'grant.put'][n % 3] ?? '',
        subject: `document:${n}`,
        detail: { n, name: `Übersicht ${n}.pdf` },
        traceId: `trace-${n}`,
        ...(n % 2 === 0 && { address: '10.0.0.7', door: 'web' as const }),
      })
    }
    const entries: ExportedEntry[] = []
    for await (const entry of sealedEntries(journal)) entries.push(entry)
    const head = await journal.auditHead()
    // As it was written down: a head is text before it is anything.
    return { entries, first, heads: head ? headsIn(headText(head)) : [] }
  } finally {
    await db.close()
    await rm(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const [rounds = 10_000, entries = 240, seed = 7] = process.argv.slice(2).map(Number)
  const start = performance.now()
  const { sound, missed, tallies } = await tamper(rounds, { entries, seed })
  for (const [name, tally] of tallies) console.log(JSON.stringify({ name, ...tally }))
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(JSON.stringify({ rounds, entries, seed, sound, missed: missed.length, seconds }))
  if (!sound || missed.length > 0) process.exitCode = 1
}
