import { AppError } from '../../core/errors.ts'
import { type IncomingFile, ingestFile } from '../../core/ingest/ingest-file.ts'
import type { OnConflict } from '../../core/model/library.ts'
import { bodyOf } from '../body.ts'
import { accessOf, type Ctx, router, whoOf } from '../context.ts'
import { formUploadRoute } from '../contract/uploads.ts'
import type { Door } from '../door.ts'
import { boundaryOf, type FormPart, readForm, textOf } from '../multipart.ts'

const FIELDS = ['chapter_id', 'folder', 'on_conflict'] as const
type Fields = Partial<Record<(typeof FIELDS)[number], string>>

/** A file in one call, from a form that is read as it arrives. */
export const uploadForm = (door: Door) =>
  router().openapi(formUploadRoute, async (c) => {
    const access = await accessOf(c)
    const atLeastBytes = atLeast(c, door.options.upload.maxBytes)
    const form = readForm(
      bodyOf(c, door.options.bodyIdleMs),
      boundaryOf(c.req.header('content-type')),
    )
    const { fields, file } = await upToFile(form)
    const source = thenTheRest(atMost(file.body, door.options.upload.maxBytes), form)
    const committed = await ingestFile(door.ports, access, {
      ...incomingFile(c, { fields, file, source }),
      atLeastBytes,
    })
    door.meters.received(committed.version.sizeBytes)
    const { documentId, version, jobId } = committed
    return c.json(
      {
        id: documentId,
        doc_id: documentId,
        document_id: documentId,
        version_id: version.id,
        job_id: jobId,
        status: 'UPLOAD_COMPLETE' as const,
        trace_id: c.get('traceId'),
      },
      201,
    )
  })

/** What a form may hold beside its file: names and lines between the fields. */
const FORM_BYTES = 64 * 1024

/** Least bytes of the file, by what its sender says of the whole. @throws AppError `too_large` */
function atLeast(c: Ctx, maxBytes: number): number {
  const bytes = Math.max(0, Number(c.req.header('content-length') ?? 0) - FORM_BYTES)
  if (bytes > maxBytes) throw tooLarge(maxBytes)
  return bytes
}

async function upToFile(
  form: AsyncGenerator<FormPart>,
): Promise<{ fields: Fields; file: FormPart }> {
  const fields: Fields = {}
  for (;;) {
    const { done, value: part } = await form.next()
    if (done) throw refused('file', 'A form needs the field "file".', 'FILE_MISSING')
    if (part.name === 'file') return { fields, file: part }
    const field = fieldOf(part)
    if (field) fields[field] = await textOf(part)
  }
}

/** The file, then what follows it: only when the whole form is right is the source at its end. */
async function* thenTheRest(
  bytes: AsyncIterable<Uint8Array>,
  form: AsyncGenerator<FormPart>,
): AsyncGenerator<Uint8Array> {
  yield* bytes
  for (;;) {
    const { done, value: part } = await form.next()
    if (done) return
    if (part.name === 'file') {
      throw refused('file', 'Send one file a call.', 'SECOND_FILE')
    }
    if (fieldOf(part)) {
      throw refused(part.name, 'This field has to stand before the file.', 'FIELD_AFTER_FILE')
    }
  }
}

async function* atMost(bytes: AsyncIterable<Uint8Array>, maxBytes: number) {
  let seen = 0
  for await (const chunk of bytes) {
    seen += chunk.byteLength
    if (seen > maxBytes) throw tooLarge(maxBytes)
    yield chunk
  }
}

function incomingFile(
  c: Ctx,
  given: { fields: Fields; file: FormPart; source: AsyncIterable<Uint8Array> },
): IncomingFile {
  const { chapter_id, folder, on_conflict } = given.fields
  return {
    source: given.source,
    name: given.file.filename ?? '',
    door: whoOf(c).kind === 'token' ? 'api' : 'web',
    // An empty field of a form is one that was not filled in.
    ...(chapter_id && { chapterId: chapter_id }),
    ...(folder && { folder }),
    ...(on_conflict && { onConflict: conflictOf(on_conflict) }),
  }
}

const CONFLICTS: readonly string[] = ['ask', 'version', 'keep_both'] satisfies OnConflict[]

function conflictOf(text: string): OnConflict {
  if (CONFLICTS.includes(text)) return text as OnConflict
  throw refused('on_conflict', `Use one of ${CONFLICTS.join(', ')}.`, 'INVALID_INPUT')
}

const fieldOf = (part: FormPart) => FIELDS.find((field) => field === part.name)

const refused = (field: string, message: string, reason: string) =>
  new AppError('bad_request', `${field}: ${message}`, { reason })

const tooLarge = (maxBytes: number) =>
  new AppError('too_large', `Files may have at most ${maxBytes} bytes here.`, {
    reason: 'FILE_TOO_LARGE',
  })
