import { AppError } from '../core/errors.ts'
import { type ByteScanner, byteScanner } from './byte-scanner.ts'

/** One part of a form. */
export interface FormPart {
  name: string
  /** Set for files: the last name of the path that the browser sent. */
  filename?: string
  /** The bytes. What the reader leaves is skipped when the next part is asked for. */
  body: AsyncGenerator<Uint8Array>
}

const CRLF = Buffer.from('\r\n')
const LAST = Buffer.from('--')
const HEADERS_END = Buffer.from('\r\n\r\n')
const MAX_HEADER_BYTES = 16 * 1024
const MAX_FIELD_BYTES = 64 * 1024
const MAX_PARTS = 100

/**
 * The boundary of a form (RFC 2046, section 5.1.1).
 *
 * @throws AppError `unsupported_type` when the content type is none of a form
 */
export function boundaryOf(contentType: string | undefined): string {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
      contentType ?? '',
    ) ?? []
  const boundary = quoted ?? plain
  if (boundary !== undefined) return boundary
  throw new AppError('unsupported_type', 'Send a form (multipart/form-data) with a field "file".', {
    reason: 'NOT_A_FORM',
  })
}

/**
 * Reads a form (RFC 7578) part by part as it arrives, in constant memory. Ends `source` when it is
 * itself at its end.
 *
 * @throws AppError `bad_request` (reason `MULTIPART`) for a form that is cut off or malformed
 */
export async function* readForm(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter has no line before it that could end: this is its line end.
  const scanner = byteScanner(source, CRLF)
  try {
    await drain(partBody(scanner, delimiter))
    for (let parts = 0; await hasPart(scanner); parts++) {
      if (parts === MAX_PARTS) throw malformed(`A form may have at most ${MAX_PARTS} parts.`)
      const headers = await scanner.peekBefore(HEADERS_END, MAX_HEADER_BYTES)
      if (!headers) throw malformed('A part of the form has no end of its headers.')
      scanner.skip(headers.length + HEADERS_END.length)
      const body = partBody(scanner, delimiter)
      yield { ...namesIn(headers.toString('utf8')), body }
      await drain(body)
    }
  } finally {
    await scanner.close()
  }
}

/** A short text field. @throws AppError `bad_request` (reason `FIELD_TOO_LONG`) */
export async function textOf(part: FormPart): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of part.body) {
    size += chunk.byteLength
    if (size > MAX_FIELD_BYTES) {
      throw new AppError('bad_request', `${part.name}: This field is too long.`, {
        reason: 'FIELD_TOO_LONG',
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* partBody(scanner: ByteScanner, delimiter: Buffer): AsyncGenerator<Uint8Array> {
  if (!(yield* scanner.before(delimiter))) throw malformed('The form broke off before its end.')
}

async function drain(body: AsyncGenerator<Uint8Array>): Promise<void> {
  while (!(await body.next()).done);
}

/** Whether the delimiter just skipped begins a part. Leaves the line end: headers begin with it. */
async function hasPart(scanner: ByteScanner): Promise<boolean> {
  if ((await scanner.peek(2)).equals(LAST)) return false
  const rest = await scanner.peekBefore(CRLF, MAX_HEADER_BYTES)
  if (rest?.toString('latin1').trim() !== '') throw malformed('The form broke off at a delimiter.')
  scanner.skip(rest.length)
  return true
}

const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g

function namesIn(headers: string): { name: string; filename?: string } {
  const [, parameters] = /\r\ncontent-disposition:\s*form-data\s*(;[^\r\n]*)/i.exec(headers) ?? []
  const found = new Map<string, string>()
  for (const [, key = '', quoted, plain = ''] of (parameters ?? '').matchAll(PARAMETER)) {
    found.set(key.toLowerCase(), decode(quoted?.replaceAll(/\\(["\\])/g, '$1') ?? plain))
  }
  const name = found.get('name')
  if (name === undefined) throw malformed('A part of the form has no name.')
  const filename = found.get('filename')
  return { name, ...(filename !== undefined && { filename: lastName(filename) }) }
}

/** Browsers escape these three characters and no others (HTML, "Multipart form data"). */
const decode = (text: string): string =>
  text.replaceAll(/%(22|0D|0A)/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )

/** Some send a path: only what follows its last separator is a name (RFC 7578, section 4.2). */
const lastName = (path: string): string => path.split(/[/\\]/).at(-1) ?? ''

const malformed = (message: string) => new AppError('bad_request', message, { reason: 'MULTIPART' })
