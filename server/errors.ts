import type { Hook } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ZodError } from 'zod'
import { AppError, codeOf, type ErrorCode } from '../core/errors.ts'

/** The HTTP status of every code there is. */
export const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_type: 415,
  digest_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
}

const TITLE: Record<ErrorCode, string> = {
  bad_request: 'Bad Request',
  unauthenticated: 'Unauthorized',
  forbidden: 'Forbidden',
  not_found: 'Not Found',
  conflict: 'Conflict',
  too_large: 'Content Too Large',
  unsupported_type: 'Unsupported Media Type',
  digest_mismatch: 'Unprocessable Content',
  rate_limited: 'Too Many Requests',
  internal: 'Internal Server Error',
  unavailable: 'Service Unavailable',
  storage_full: 'Insufficient Storage',
}

/** A failure as it is told: problem details (RFC 9457) with our own members. */
export function problemOf(error: unknown, traceId: string) {
  const known = appErrorOf(error)
  const code = codeOf(known)
  const { reason, retryAfterMs, detail } = known instanceof AppError ? known : {}
  return {
    type: 'about:blank' as const,
    title: TITLE[code],
    status: STATUS[code],
    code,
    ...(reason !== undefined && { reason }),
    message: known instanceof AppError ? known.message : 'Something went wrong on our side.',
    trace_id: traceId,
    ...(detail !== undefined && { detail }),
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
  }
}

/** Answers with a problem. */
export function sendProblem(c: Context, problem: ReturnType<typeof problemOf>): Response {
  if (problem.retry_after_ms !== undefined) {
    c.header('Retry-After', String(Math.ceil(problem.retry_after_ms / 1000)))
  }
  if (problem.status === 401) c.header('WWW-Authenticate', 'Bearer realm="onefold"')
  c.header('Content-Type', 'application/problem+json')
  return c.body(JSON.stringify(problem), problem.status)
}

/** Translates what the framework throws; anything else stays what it is. */
export function appErrorOf(error: unknown): unknown {
  if (!(error instanceof HTTPException)) return error
  const code = BY_STATUS[error.status]
  return code ? new AppError(code, error.message || TITLE[code], { cause: error }) : error
}

const BY_STATUS: Partial<Record<number, ErrorCode>> = {
  400: 'bad_request',
  413: 'too_large',
  415: 'unsupported_type',
}

/** Refuses what does not fit its schema, naming the field. */
// biome-ignore lint/suspicious/noExplicitAny: the framework's own type of a hook for all routes
export const refuseInput: Hook<any, any, any, any> = (result) => {
  if (result.success) return
  throw inputError(result.error)
}

function inputError(error: ZodError): AppError {
  const [issue] = error.issues
  const field = issue?.path.join('.')
  const sentence = issue?.message ?? 'The input is not right.'
  return new AppError('bad_request', field ? `${field}: ${sentence}` : sentence, {
    reason: 'INVALID_INPUT',
    cause: error,
  })
}
