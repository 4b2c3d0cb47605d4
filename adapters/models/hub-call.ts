import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'

/** How a hub is spoken to. */
export interface HubAccess {
  /** Sent to this origin alone, wherever it leads. */
  token?: { secret: string; origin: string }
  idleMs: number
  retryMs: number
}

/** Tries in a row that bring nothing, before it is given up. */
export const TRIES = 5

/**
 * Asks until there is an answer, a few times.
 *
 * @returns an answer that says yes
 * @throws AppError as `ModelHub` says
 */
export async function askHub(
  access: HubAccess,
  url: string,
  signal: AbortSignal,
  init: RequestInit = {},
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await askOnce(access, url, { ...init, signal })
    if (response instanceof Response && response.ok) return response
    if (response instanceof Response && !isPassing(response.status)) throw refusal(url, response)
    if (attempt === TRIES) throw unreachable(url, response)
    await pause(access, attempt, { signal, ...(response instanceof Response && { response }) })
  }
}

/** One try. @returns the answer, or why there was none; @throws the abort reason */
export async function askOnce(
  { token, idleMs }: HubAccess,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response | Error> {
  const idle = new AbortController()
  const timer = setTimeout(() => idle.abort(new Error(`no answer for ${idleMs} ms`)), idleMs)
  const headers = new Headers(init.headers)
  // What is compressed on its way cannot be gone on with at a byte.
  headers.set('accept-encoding', 'identity')
  if (token && new URL(url).origin === token.origin) {
    headers.set('authorization', `Bearer ${token.secret}`)
  }
  const signal = AbortSignal.any([init.signal, idle.signal])
  try {
    return await fetch(url, { ...init, headers, signal })
  } catch (cause) {
    init.signal.throwIfAborted()
    return cause instanceof Error ? cause : new Error(String(cause))
  } finally {
    clearTimeout(timer)
  }
}

/** `work`, unless it takes longer than a silent connection may. */
export async function promptly<T>({ idleMs }: HubAccess, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(unreachable('The hub', undefined)), idleMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Too busy, or broken for a moment. */
export const isPassing = (status: number): boolean => status === 429 || status >= 500

/** Twice as long each time, or as long as the hub says, up to two minutes. */
export async function pause(
  { retryMs }: HubAccess,
  attempt: number,
  { signal, response }: { signal: AbortSignal; response?: Response },
): Promise<void> {
  const asked = Number(response?.headers.get('retry-after')) * 1000
  const own = retryMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)
  await sleep(Math.min(120_000, Math.max(own, Number.isFinite(asked) ? asked : 0)), undefined, {
    signal,
  })
}

/** Why the hub says no, in words for who asked. */
export function refusal(url: string, { status }: Response): AppError {
  if (status === 404 || status === 410) {
    return new AppError('not_found', `There is nothing at ${url}. Check name and revision.`, {
      reason: 'HUB_NOT_FOUND',
    })
  }
  if (status === 401 || status === 403) {
    return new AppError(
      'forbidden',
      `The hub does not give out ${url} to everybody. Accept its terms there, and set ONEFOLD_MODELS_TOKEN.`,
      { reason: 'HUB_REFUSED' },
    )
  }
  return new AppError('unavailable', `The hub answers ${status} for ${url}.`, {
    reason: 'HUB_UNREACHABLE',
  })
}

export function unreachable(url: string, why: Response | Error | undefined): AppError {
  const words = why instanceof Response ? `answers ${why.status}` : 'cannot be reached'
  return new AppError(
    'unavailable',
    `${url} ${words}. Run the command again to go on where it was; without internet, import a file that another box has exported.`,
    { reason: 'HUB_UNREACHABLE', ...(why instanceof Error && { cause: why }) },
  )
}
