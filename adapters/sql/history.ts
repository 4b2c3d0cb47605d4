import { sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { History, VersionSource } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { shownSteps } from './derivations.ts'
import { readVersions } from './library-rows.ts'
import { isVisible } from './visible.ts'

/** Versions with where they came from and how far they were read. */
export const sqlHistory = (db: Database): History => ({
  async page(visible, documentId, { limit, before = Number.MAX_SAFE_INTEGER }) {
    const versions = await readVersions(
      db.read,
      // The numbers first: what is told of a version is looked up for those of the page only.
      sql`v.id in (
        select n.id from versions n join documents o on o.id = n.document_id
        where n.document_id = ${documentId} and n.number < ${before}
          and ${isVisible('o.chapter_id', visible)}
        order by n.number desc limit ${limit})`,
    )
    const ids = versions.map(({ id }) => id)
    const steps = await shownSteps(db, ids)
    const origins = await originsOf(db, visible, ids)
    return versions.map((version) => ({
      version,
      origin: origins.get(version.id) ?? {},
      steps: steps.get(version.id) ?? [],
    }))
  },
})

interface OriginRow {
  id: string
  share_name: string | null
  path: Uint8Array | null
  restored_from: number | null
  mail_id: string | null
  mail_name: string | null
  door: string
}

async function originsOf(
  db: Database,
  visible: Visible,
  versionIds: readonly string[],
): Promise<Map<string, VersionSource>> {
  const { rows } = await sql<OriginRow>`
    select v.id, coalesce(s.name, o.share_name) as share_name, o.path, o.restored_from,
      m.id as mail_id, m.name as mail_name, v.door
    from json_each(${JSON.stringify(versionIds)}) i
    cross join versions v on v.id = i.value
    left join version_origins o on o.version_id = v.id
    left join shares s on s.id = o.share_id
    left join versions p on p.id = v.parent_version_id
    left join documents m on m.id = p.document_id and m.trashed_at is null
      and ${isVisible('m.chapter_id', visible)}`.execute(db.read)
  return new Map(rows.map((row) => [row.id, originOf(row)]))
}

const originOf = (row: OriginRow): VersionSource => ({
  ...(row.share_name !== null && row.path && { share: { name: row.share_name, path: row.path } }),
  ...(row.mail_id !== null && withinOf(row.door, { documentId: row.mail_id, name: row.mail_name })),
  ...(row.restored_from !== null && { restoredFrom: row.restored_from }),
})

/** What came inside of another document: with a mail, or in an archive of a share. */
function withinOf(
  door: string,
  { documentId, name }: { documentId: string; name: string | null },
): VersionSource {
  const outer = { documentId, name: name ?? '' }
  return door === 'mail' ? { mail: outer } : { archive: outer }
}
