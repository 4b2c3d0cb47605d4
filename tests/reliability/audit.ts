import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import Sqlite from 'better-sqlite3'
import { loadConfig } from '../../config/load.ts'
import { wireStore } from '../../config/wire.ts'
import { recover } from '../../core/upkeep/recover.ts'
import { boxEnv } from './box.ts'

/** What is wrong with a store, by kind; all 0 for one that is well. */
export interface Audit {
  /** Rows that name a file which is not there. */
  lost: number
  /** Files whose bytes are not what their name and row say. */
  corrupt: number
  /** Rows whose count differs from their references. */
  drift: number
  /** Files that no row names. */
  orphans: number
  /** Bytes that were staged or received and that nothing waits for. */
  leftovers: number
  /** Acknowledged pointers that are gone, or point to other bytes. */
  acksLost: number
  /** Documents by path of which there is more than one. */
  doubled: number
  /** What SQLite says of the catalog; 'ok' counts 0. */
  integrity: number
  /** What was looked at. */
  contents: number
  pointers: number
}

/** What was promised: documents by id with the digest of their content. */
export type Promised = ReadonlyMap<string, string>

export const isWell = ({ contents: _, pointers: __, ...wrong }: Audit): boolean =>
  Object.values(wrong).every((count) => count === 0)

/**
 * Recovers a store that nobody uses, as each start does, then looks at every row, every file and every
 * promise. The looking shares no code with the product: plain SQL and hashing.
 */
export async function recoverAndAudit(dataDir: string, promised: Promised): Promise<Audit> {
  const { ports, close } = await wireStore(loadConfig(boxEnv({ dataDir })), 'audit')
  try {
    await recover(ports)
    const drift = (await ports.catalog.blobs.wrongCounts()).length
    return { ...(await audit(dataDir, promised)), drift }
  } finally {
    await close()
  }
}

async function audit(dataDir: string, promised: Promised): Promise<Omit<Audit, 'drift'>> {
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
  try {
    const files = await filesOf(join(dataDir, 'blobs'))
    const contents = await auditContents(database, dataDir, files)
    const pointers = auditPointers(database, promised)
    const isSound = database.pragma('integrity_check', { simple: true }) === 'ok'
    const leftovers = (await readdir(join(dataDir, 'staging'))).length
    return { ...contents, ...pointers, leftovers, integrity: isSound ? 0 : 1 }
  } finally {
    database.close()
  }
}

async function auditContents(database: Sqlite.Database, dataDir: string, files: Set<string>) {
  const rows = database.prepare('select path, digest from blobs').all() as Row[]
  const found = { lost: 0, corrupt: 0, contents: rows.length }
  for (const { path, digest } of rows) {
    if (!files.delete(path)) found.lost++
    else if ((await digestOfFile(join(dataDir, 'blobs', path))) !== digest) found.corrupt++
  }
  return { ...found, orphans: files.size }
}

interface Row {
  path: string
  digest: string
}

function auditPointers(database: Sqlite.Database, promised: Promised) {
  const rows = database
    .prepare(
      `select d.id, b.digest, count(*) over (partition by d.chapter_id, d.folder, d.name) as named
       from documents d join versions v on v.id = d.current_version_id
       join blobs b on b.id = v.blob_id and b.state <> 'damaged'
       where d.trashed_at is null`,
    )
    .all() as { id: string; digest: string; named: number }[]
  const digests = new Map(rows.map(({ id, digest }) => [id, digest]))
  const acksLost = [...promised].filter(([id, digest]) => digests.get(id) !== digest).length
  return { acksLost, doubled: rows.filter(({ named }) => named > 1).length, pointers: rows.length }
}

async function filesOf(blobs: string): Promise<Set<string>> {
  const entries = await readdir(blobs, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return new Set(
    files.map(({ parentPath, name }) => join(parentPath, name).slice(blobs.length + 1)),
  )
}

export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
