import { Ollama } from 'ollama'
import { AppError } from '../../core/errors.ts'
import { assertInHouse } from './address.ts'

/** How an Ollama is reached. */
export interface OllamaAccess {
  url: string
  /** `house`: this machine and private networks alone. */
  network: 'house' | 'any'
  /** Longest wait for one answer, in milliseconds. */
  timeoutMs: number
}

/** The client of its makers, with an end to every call, no redirects, and the address checked each time. */
export function ollamaClient(access: OllamaAccess, signal?: AbortSignal): Ollama {
  const ask = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    if (access.network === 'house') await assertInHouse(access.url)
    const ends = [AbortSignal.timeout(access.timeoutMs), signal, init.signal]
    return fetch(input, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.any(ends.filter((each) => each instanceof AbortSignal)),
    })
  }
  return new Ollama({ host: access.url, fetch: ask })
}

/** @throws AppError `unavailable` (reasons `OLLAMA_AWAY`, `OLLAMA_ADDRESS`, `OLLAMA_REFUSED`, `NO_MODEL`) */
export async function asking<T>(model: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    throw failureOf(cause, model)
  }
}

function failureOf(cause: unknown, model: string): AppError {
  if (cause instanceof AppError) return cause
  const status = statusOf(cause)
  if (status === 404) {
    return new AppError(
      'unavailable',
      `Ollama does not have "${model}". Run: onefold ollama pull ${model}`,
      {
        reason: 'NO_MODEL',
        cause,
      },
    )
  }
  if (status !== undefined && status < 500) {
    return new AppError('unavailable', `Ollama refused the call (${status}) for "${model}".`, {
      reason: 'OLLAMA_REFUSED',
      cause,
    })
  }
  return new AppError('unavailable', 'Ollama does not answer.', { reason: 'OLLAMA_AWAY', cause })
}

const statusOf = (cause: unknown): number | undefined =>
  cause instanceof Error && 'status_code' in cause ? Number(cause.status_code) : undefined
