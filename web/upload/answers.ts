import type { RawAnswer } from './wire.ts'

/** A failed call: the server's problem document, or `network` when nothing came back. */
export class UploadError extends Error {
  readonly status: number
  readonly code: string
  readonly reason?: string
  readonly traceId?: string
  /** Delay the server asks for, in milliseconds. */
  readonly retryAfterMs?: number

  constructor(
    message: string,
    facts: {
      status: number
      code: string
      reason?: string
      traceId?: string
      retryAfterMs?: number
    },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'UploadError'
    this.status = facts.status
    this.code = facts.code
    if (facts.reason !== undefined) this.reason = facts.reason
    if (facts.traceId !== undefined) this.traceId = facts.traceId
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs
  }
}

/** Fields of an answer, not looked at yet. */
export type Fields = Record<string, unknown>

/** Fields of a good answer. @throws UploadError for any other */
export function read(answer: RawAnswer): Fields {
  const fields = parse(answer.text)
  if (answer.status >= 200 && answer.status < 300) return fields
  throw errorOf(fields, answer)
}

/** The error that a problem document tells of. */
export function errorOf(
  fields: Fields,
  answer: Pick<RawAnswer, 'status' | 'retryAfter'>,
): UploadError {
  const reason = textOf(fields, 'reason')
  const retryAfterMs = delayOf(fields, answer.retryAfter)
  return new UploadError(textOf(fields, 'message') ?? '', {
    status: answer.status,
    code: textOf(fields, 'code') ?? codeOfStatus(answer.status),
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...traceOf(fields),
  })
}

/** A proxy in front answers without our problem document. */
function codeOfStatus(status: number): string {
  if (status === 401) return 'unauthenticated'
  if (status === 413) return 'too_large'
  if (status === 429) return 'rate_limited'
  return status === 502 || status === 503 || status === 504 ? 'unavailable' : 'internal'
}

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Fields) : {}
  } catch {
    // A proxy's HTML page; its status says enough.
    return {}
  }
}

function delayOf(fields: Fields, header: string | null): number | undefined {
  const ms = fields.retry_after_ms
  if (typeof ms === 'number') return ms
  const seconds = header === null ? Number.NaN : Number(header)
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

export const textOf = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}

export const traceOf = (fields: Fields) => {
  const traceId = textOf(fields, 'trace_id')
  return traceId === undefined ? {} : { traceId }
}

/** `fetch` rejects with a TypeError when nothing came back; an abort stays an abort. */
export function rethrowAsNetwork(cause: unknown): never {
  if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
  throw new UploadError('', { status: 0, code: 'network' }, { cause })
}
