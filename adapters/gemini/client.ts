import { ApiError, GoogleGenAI } from '@google/genai'
import { AppError } from '../../core/errors.ts'

/** How Gemini is reached. */
export interface GeminiAccess {
  apiKey: string
  /** As the provider names it; models come and go. */
  model: string
  /** Another address that speaks as the provider does. */
  baseUrl?: string
  /** Longest wait for one answer, in milliseconds. */
  timeoutMs: number
}

/** The provider's own client, with nothing taken from the environment. */
export const clientOf = ({ apiKey, baseUrl, timeoutMs }: GeminiAccess): GoogleGenAI =>
  new GoogleGenAI({
    apiKey,
    vertexai: false,
    apiVersion: 'v1beta',
    httpOptions: { timeout: timeoutMs, ...(baseUrl !== undefined && { baseUrl }) },
  })

/**
 * What a call's failure means here. What the provider wrote is kept as the cause, for the log; the key
 * travels in a header and stands in no message.
 */
export function failureOf(cause: unknown, model: string): AppError {
  if (cause instanceof AppError) return cause
  const status = cause instanceof ApiError ? cause.status : undefined
  if (status === 429) {
    return new AppError('rate_limited', 'Gemini takes no more for now.', {
      reason: 'GEMINI_BUSY',
      retryAfterMs: 60_000,
      cause,
    })
  }
  if (status === 401 || status === 403) {
    return new AppError(
      'unavailable',
      'Gemini does not accept the key. Set ONEFOLD_GEMINI_API_KEY.',
      {
        reason: 'GEMINI_KEY',
        cause,
      },
    )
  }
  if (status !== undefined && status < 500) {
    return new AppError(
      'unavailable',
      `Gemini refused the call (${status}). Does it still have the model "${model}"?`,
      { reason: 'GEMINI_REFUSED', cause },
    )
  }
  return new AppError('unavailable', 'Gemini does not answer.', { reason: 'GEMINI_AWAY', cause })
}

/** @throws AppError as `failureOf` says, or the reason of the signal */
export async function asking<T>(
  { model }: Pick<GeminiAccess, 'model'>,
  call: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    signal?.throwIfAborted()
    throw failureOf(cause, model)
  }
}

export const strange = (what: string, cause?: unknown): AppError =>
  new AppError('unavailable', `Gemini answered with ${what}.`, {
    reason: 'GEMINI_ANSWER',
    ...(cause !== undefined && { cause }),
  })
