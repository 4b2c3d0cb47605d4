import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { filled, sha256 } from './contents.ts'

/** Puts files into a watched folder, and knows what ought to become of them. */
export interface ShareWriter {
  /** Digests by path below the share. */
  files: ReadonlyMap<string, string>
  /** Drops this many, half of them with a content that others have, too. */
  drop(count: number): Promise<void>
}

export function shareWriter(root: string): ShareWriter {
  const files = new Map<string, string>()
  return {
    files,
    async drop(count) {
      for (let left = count; left > 0; left--) {
        const number = files.size
        const path = join(`folder ${number % 5}`, `file ${number}.txt`)
        const { bytes } = filled(`Share content ${number >> 1}. `, 500 + (number >> 1))
        await mkdir(join(root, `folder ${number % 5}`), { recursive: true })
        // Under its name it is whole: half-written files are another proof's.
        await writeFile(join(root, `.${number}.part`), bytes)
        await rename(join(root, `.${number}.part`), join(root, path))
        files.set(path, sha256(bytes))
      }
    },
  }
}

export interface ShareState {
  /** Documents by id with the digest of their current version. */
  documents: Map<string, string>
  /** Paths that are not there, or with other bytes than the file's. */
  missing: string[]
  /** Documents and versions beyond one for each file. */
  surplus: number
}

/** What the catalog holds of a share's files, read beside a running box. */
export function shareState(dataDir: string, files: ReadonlyMap<string, string>): ShareState {
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
  try {
    const rows = database
      .prepare(
        `select d.id, iif(d.folder = '', d.name, d.folder || '/' || d.name) as path, b.digest,
           (select count(*) from versions w where w.document_id = d.id) as versions
         from documents d join versions v on v.id = d.current_version_id
         join blobs b on b.id = v.blob_id where v.door = 'share'`,
      )
      .all() as { id: string; path: string; digest: string; versions: number }[]
    const digests = new Map(rows.map(({ path, digest }) => [path, digest]))
    return {
      documents: new Map(rows.map(({ id, digest }) => [id, digest])),
      missing: [...files]
        .filter(([path, digest]) => digests.get(path) !== digest)
        .map(([path]) => path),
      surplus: rows.reduce((sum, { versions }) => sum + versions, 0) - files.size,
    }
  } finally {
    database.close()
  }
}
