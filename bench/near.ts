import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { openDatabase } from '../adapters/sql/database.ts'
import { migrateUp } from '../adapters/sql/migrate.ts'
import { sqlNear } from '../adapters/sql/near.ts'
import type { Schema } from '../adapters/sql/schema.ts'
import type { Digest } from '../core/digest.ts'
import { newId } from '../core/ids.ts'
import { textBands } from '../core/near/bands.ts'
import { HASHES, textSignature } from '../core/near/text-signature.ts'

/*
 * What it takes to look up what is almost the same: signatures of random texts, one in 50 of them almost
 * like another, each a document of its own in one of 100 chapters; asked by somebody who sees all and by
 * somebody who sees ten. And how fast signatures are made.
 *
 *   node bench/near.ts [contents=100000]
 */

const CHAPTERS = 100
const QUESTIONS = 200
const TOGETHER = 1_000

const contents = Number(process.argv[2] ?? 100_000)
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-'))
const path = join(root, 'catalog.sqlite')
const db = openDatabase(path)
try {
  await migrateUp(db.writer)
  const chapters = await shelves(db.writer)
  const beganMs = performance.now()
  const signatures = await fill(chapters)
  const filledMs = performance.now() - beganMs
  const near = sqlNear(db)
  const seen = { all: 'all', ten: chapters.slice(0, 10) } as const
  const figures: Record<string, string> = {}
  for (const [name, visible] of Object.entries(seen)) {
    const times: number[] = []
    let found = 0
    for (let i = 0; i < QUESTIONS; i++) {
      const at = Math.floor((i * contents) / QUESTIONS)
      const began = performance.now()
      const bands = textBands(signatures[at] ?? new Uint32Array())
      found += (await near.sharing(digestOf(at), bands, visible, 500)).length
      times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2)
    figures[name] = `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${found} found`
  }
  const bytes = (await stat(path)).size
  console.log({
    contents,
    filledMs: Math.round(filledMs),
    mib: Math.round(bytes / 2 ** 20),
    figures,
  })
  console.log(await speed())
} finally {
  await db.close()
  await rm(root, { recursive: true, force: true })
}

async function shelves(writer: Kysely<Schema>): Promise<string[]> {
  const named = (name: string) => ({ name, name_key: name, created_at: 0 })
  const owner = { username: 'o', username_key: 'o', display_name: 'o', org_role: 'member' } as const
  await writer
    .insertInto('users')
    .values({ id: 'o', ...owner, created_at: 0 })
    .execute()
  await writer
    .insertInto('books')
    .values({ id: 'b', ...named('b') })
    .execute()
  const ids = Array.from({ length: CHAPTERS }, () => newId())
  for (const id of ids) {
    await writer
      .insertInto('chapters')
      .values({ id, book_id: 'b', ...named(id) })
      .execute()
  }
  return ids
}

async function fill(chapters: readonly string[]): Promise<Uint32Array[]> {
  const signatures: Uint32Array[] = []
  for (let from = 0; from < contents; from += TOGETHER) {
    const rows = Array.from({ length: Math.min(TOGETHER, contents - from) }, (_, at) => {
      const i = from + at
      const signature = signatureOf(i, signatures[i - 25])
      signatures.push(signature)
      return {
        id: i + 1,
        digest: digestOf(i),
        chapter: chapters[i % CHAPTERS],
        signature: Buffer.from(signature.buffer).toString('hex'),
        bands: textBands(signature),
      }
    })
    await store(JSON.stringify(rows))
  }
  return signatures
}

function store(rows: string): Promise<void> {
  return db.write(async (tx) => {
    const each = sql`json_each(${rows}) r`
    await sql`insert into blobs (id, tag, digest, path, size_bytes, state, created_at)
      select value ->> 'id', value ->> 'digest', value ->> 'digest', value ->> 'digest', 1, 'live', 0
      from ${each}`.execute(tx)
    await sql`insert into documents (id, chapter_id, name, current_version_id, created_by,
        created_at, updated_at)
      select 'd' || (value ->> 'id'), value ->> 'chapter', (value ->> 'id') || '.txt',
        'v' || (value ->> 'id'), 'o', 0, 0 from ${each}`.execute(tx)
    await sql`insert into versions (id, document_id, number, blob_id, size_bytes, created_by,
        created_at, door, linked_at, trace_id)
      select 'v' || (value ->> 'id'), 'd' || (value ->> 'id'), 1, value ->> 'id', 1, 'o', 0, 'web', 1,
        't' from ${each}`.execute(tx)
    await sql`insert into near_contents (id, digest, kind, signature)
      select value ->> 'id', value ->> 'digest', 'text', unhex(value ->> 'signature')
      from ${each}`.execute(tx)
    await sql`insert into near_bands (band, content_id)
      select b.value, r.value ->> 'id' from ${each}, json_each(r.value, '$.bands') b`.execute(tx)
  })
}

/** One in 50 has nine values in ten of the one before. */
function signatureOf(i: number, before: Uint32Array | undefined): Uint32Array {
  const isAlike = i % 50 === 0 && before !== undefined
  return Uint32Array.from({ length: HASHES }, (_, at) =>
    isAlike && at % 10 > 0 ? (before[at] ?? 0) : Math.random() * 2 ** 32,
  )
}

function digestOf(i: number): Digest {
  return createHash('sha256').update(String(i)).digest('hex') as Digest
}

async function speed(): Promise<string> {
  const words = Array.from({ length: 200_000 }, (_, i) => `word${(i * 7919) % 20_011}`)
  const text = words.join(' ')
  const began = process.cpuUsage()
  await textSignature([text], new AbortController().signal)
  const { user } = process.cpuUsage(began)
  return `signature: ${(text.length / user).toFixed(1)} MB/s of text`
}
