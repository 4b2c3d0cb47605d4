import { newId } from '../ids.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { assertRoom } from '../ingest/room.ts'
import { MAX_NAME_BYTES } from '../model/library.ts'
import type { Extraction, Ports, VersionRow } from '../ports/index.ts'
import { isAboutTheFile, withContent } from './content.ts'

/** Mails inside mails inside mails are opened up to here; deeper ones stay in what holds them. */
const DEEPEST = 3
/** More files in one mail are nobody's letter: they stay in what holds them. */
const MOST = 200

type Attachment = Extraction['attachments'][number]

/**
 * Makes the attachments of a mail documents of their own, beside it, in order. Idempotent: an
 * attachment is made once per version of its mail, however often this runs.
 *
 * @returns how many there are
 */
export async function storeAttachments(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'extractor' | 'log'>,
  mail: VersionRow,
  signal: AbortSignal,
): Promise<number> {
  const extracted = await ports.catalog.derivations.get(mail.digest, 'extract')
  const attachments = (extracted?.facts.attachments ?? []) as Attachment[]
  if (attachments.length === 0 || (await depthOf(ports, mail)) >= DEEPEST) return 0
  const document = await ports.catalog.library.document('all', mail.documentId)
  if (!document || document.trashedAt !== undefined) return 0
  await withContent(ports, mail.digest, async (file) => {
    for (const [index, { name }] of attachments.slice(0, MOST).entries()) {
      signal.throwIfAborted()
      try {
        const bytes = await ports.extractor.attachment(file, index, signal)
        await store(ports, bytes, {
          mail,
          index,
          chapterId: document.chapterId,
          folder: document.folder,
          name: safeName(name, index),
        })
      } catch (error) {
        if (!isAboutTheFile(error)) throw error
        // The mail itself, with this attachment inside, is stored and can be opened.
        ports.log.warn('An attachment could not be taken out of its mail.', {
          version_id: mail.id,
          index,
          err: error,
        })
      }
    }
  })
  return attachments.length
}

async function store(
  { blobs, catalog, clock }: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  bytes: Uint8Array,
  {
    mail,
    index,
    ...place
  }: { mail: VersionRow; index: number; chapterId: string; folder: string; name: string },
): Promise<void> {
  const now = clock.now()
  await assertRoom({ blobs }, bytes.byteLength)
  const staged = await blobs.stage(once(bytes))
  await commitStaged({ blobs, catalog }, staged, {
    ...place,
    versionId: newId(now),
    jobId: newId(now),
    documentId: newId(now),
    onConflict: 'keep_both',
    digest: staged.digest,
    sizeBytes: staged.sizeBytes,
    createdBy: mail.createdBy,
    door: 'mail',
    traceId: mail.traceId,
    now,
    parent: { versionId: mail.id, index },
  })
}

/** How many mails this one came in. */
async function depthOf({ catalog }: Pick<Ports, 'catalog'>, mail: VersionRow): Promise<number> {
  let depth = 0
  let parent = mail.parentVersionId
  while (parent && depth < DEEPEST) {
    depth++
    parent = (await catalog.library.version('all', parent))?.parentVersionId
  }
  return depth
}

/** The name as its sender wrote it, without what no name of ours may hold. */
function safeName(name: string, index: number): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[/\\\p{Cc}]/gu, '_')
    .trim()
  if (plain === '' || plain === '.' || plain === '..') return `attachment ${index + 1}`
  const extension = /\.[^.]{1,16}$/u.exec(plain)?.[0] ?? ''
  const stem = Array.from(plain.slice(0, plain.length - extension.length))
  while (Buffer.byteLength(stem.join('') + extension) > MAX_NAME_BYTES) stem.pop()
  return stem.join('') + extension
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
