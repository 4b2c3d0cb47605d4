import createClient from 'openapi-fetch'
import type { paths } from './api.gen.ts'
import type { Problem } from './api-types.ts'

/**
 * A call that failed, in the server's own words. `code` is one of the server's closed set, or
 * `offline` when no answer came at all.
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly reason: string | undefined
  readonly traceId: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(problem: Partial<Problem> & { status: number }, cause?: unknown) {
    super(problem.message ?? '', { cause })
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code ?? 'internal'
    this.reason = problem.reason
    this.traceId = problem.trace_id
    this.retryAfterMs = problem.retry_after_ms
  }
}

/** The typed client: `api.GET('/api/v1/books')`. Wrap every call in `answer`. */
export const api = createClient<paths>({
  baseUrl: '/',
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: true } },
})

interface Outcome<T> {
  data?: T
  error?: unknown
  response: Response
}

/**
 * The body of a successful answer.
 *
 * @throws ApiError for every other answer, and code `offline` when there was none
 */
export async function answer<T>(call: Promise<Outcome<T>>): Promise<T> {
  const outcome = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ status: 0, code: 'offline' }, cause)
  })
  if (outcome.response.ok) return outcome.data as T
  throw problemOf(outcome.error, outcome.response)
}

/** An ApiError from an answer that is not a success, whatever its body. */
export function problemOf(body: unknown, response: Response): ApiError {
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  const traceId = response.headers.get('x-trace-id')
  const waitMs = Number(response.headers.get('retry-after')) * 1000
  return new ApiError({
    ...(traceId && { trace_id: traceId }),
    ...(waitMs > 0 && { retry_after_ms: waitMs }),
    ...problem,
    status: response.status,
  })
}

/** Whether trying the same call again may help. */
export const mayHelpToRetry = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status === 503
