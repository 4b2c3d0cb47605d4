import { sql } from 'kysely'
import { AppError, notFound } from '../../core/errors.ts'
import type { Committed, NewVersion } from '../../core/ports/index.ts'
import { documentOfEntry, hasFromArchive } from './archives.ts'
import type { Tx } from './database.ts'
import { freeName } from './free-name.ts'
import { prepared } from './prepared.ts'
import { versionOf } from './version.ts'

/** Where a new version goes. */
export interface Target {
  /** The document that gets a new version, or undefined when one is to be made. */
  documentId?: string
  /** Where the document is: a file of a share stays where people have moved it. */
  chapterId: string
  name: string
}

/** That a document is at the content already, and whose version says so. */
export interface Unchanged {
  committed: Committed
}

/**
 * Decides which document a version goes to, by the name's owner and the wish on conflict. Looks at
 * nothing but the place the version is for.
 *
 * @throws AppError `conflict` (reason `NAME_TAKEN`), `not_found` for a chapter that is gone
 */
export async function targetOf(tx: Tx, input: NewVersion): Promise<Target | Unchanged> {
  if (input.parent) {
    const known = await versionOf(tx, { parent: input.parent })
    if (known) return unchanged(known.version, input.jobId)
  }
  if (!(await chapterOf.first(tx, input))) throw notFound()
  const ownId = input.shareEntry?.document ?? (await documentOfEntry(tx, input))
  const owner = await ownerOf(tx, input, ownId)
  const { chapterId } = input
  if (!owner) return { chapterId, name: input.name }
  if (input.onConflict === 'ask') throw nameTaken(input.name)
  // A file of a share or an archive stays with the document that it became, whatever names do.
  const isOwn = ownId === owner.id
  const isApart = input.onConflict === 'keep_both' && !isOwn
  if (isApart || (await isOfAnotherSource(tx, input, owner.id))) {
    return { chapterId, name: await freeName(tx, input) }
  }
  const current = await versionOf(tx, { id: owner.current_version_id })
  // What people have made of it since stays, as long as the archive says what it said before.
  const isAsBefore =
    isOwn && input.archiveEntry && (await hasFromArchive(tx, owner.id, input.digest))
  if (current && (isAsBefore || current.version.digest === input.digest)) {
    return unchanged(current.version, await jobOf(tx, owner.current_version_id))
  }
  return { documentId: owner.id, chapterId: owner.chapter_id, name: input.name }
}

/** The live document of the name, or the one that this file became earlier. */
async function ownerOf(tx: Tx, input: NewVersion, ownId: string | undefined) {
  if (ownId) {
    const known = await byId.first(tx, { id: ownId })
    if (known) return known
  }
  return byName.first(tx, input)
}

const chapterOf = prepared((db, given: { chapterId: string }) =>
  db.selectFrom('chapters').select('id').where('id', '=', given.chapterId),
)

const byId = prepared((db, given: { id: string }) =>
  db
    .selectFrom('documents')
    .select(['id', 'current_version_id', 'chapter_id'])
    .where('id', '=', given.id)
    .where('trashed_at', 'is', null),
)

const byName = prepared((db, given: { chapterId: string; folder: string; name: string }) =>
  db
    .selectFrom('documents')
    .select(['id', 'current_version_id', 'chapter_id'])
    .where('chapter_id', '=', given.chapterId)
    .where('folder', '=', given.folder)
    .where('name', '=', given.name)
    .where('trashed_at', 'is', null),
)

/**
 * Whether the name belongs to another file that is there in a share: two names that look the same
 * (`é` composed or not, bytes that are not UTF-8), or two shares that feed one chapter.
 */
async function isOfAnotherSource(tx: Tx, input: NewVersion, documentId: string): Promise<boolean> {
  const entry = input.shareEntry
  if (!entry || entry.document === documentId) return false
  const path = Buffer.from(entry.path)
  const other = await otherSource.first(tx, { documentId, shareId: entry.shareId, path })
  return other !== undefined
}

const otherSource = prepared((db, given: { documentId: string; shareId: string; path: Buffer }) =>
  db
    .selectFrom('share_entries')
    .select('share_id')
    .where('document_id', '=', given.documentId)
    .where('state', '<>', sql.lit('missing'))
    .where((is) => is.or([is('share_id', '<>', given.shareId), is('path', '<>', given.path)])),
)

const unchanged = (version: Committed['version'], jobId: string): Unchanged => ({
  committed: { version, documentId: version.documentId, jobId, unchanged: true },
})

async function jobOf(tx: Tx, versionId: string): Promise<string> {
  const job = await tx
    .selectFrom('jobs')
    .select('id')
    .where('version_id', '=', versionId)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return job?.id ?? ''
}

export const nameTaken = (name: string) =>
  new AppError('conflict', `There already is a file "${name}" here.`, { reason: 'NAME_TAKEN' })
