import { AppError } from '../../core/errors.ts'
import { asking, type OllamaAccess, ollamaClient } from './client.ts'

/** What an Ollama says of itself. */
export interface OllamaStatus {
  version: string
  models: string[]
}

/** @throws AppError `unavailable` when it does not answer, or is at an address outside of the house */
export async function ollamaStatus(access: OllamaAccess): Promise<OllamaStatus> {
  const client = ollamaClient(access)
  const [{ version }, { models }] = await asking('', () =>
    Promise.all([client.version(), client.list()]),
  )
  return { version, models: models.map(({ name }) => name).sort() }
}

/** How far a model is fetched, in bytes; the total grows while parts become known. */
export interface PullProgress {
  status: string
  doneBytes: number
  totalBytes: number
}

/** Nothing new for this long is an end. A model of 40 GB takes hours, and tells all the time. */
const IDLE_MS = 5 * 60_000
const LONGEST_MS = 24 * 60 * 60_000

/**
 * Has the Ollama fetch a model from where it gets its models. Only ever on somebody's explicit command.
 *
 * @throws AppError `unavailable` (reason `OLLAMA_PULL`, or as `ollamaStatus`)
 */
export async function ollamaPull(
  access: OllamaAccess,
  model: string,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  const idle = new AbortController()
  const timer = setTimeout(() => idle.abort(new Error('nothing new')), IDLE_MS)
  try {
    await asking(model, async () => {
      const client = ollamaClient({ ...access, timeoutMs: LONGEST_MS }, idle.signal)
      const parts = new Map<string, { done: number; total: number }>()
      let last = ''
      for await (const line of await client.pull({ model, stream: true })) {
        timer.refresh()
        last = line.status
        if (line.digest) {
          parts.set(line.digest, { done: line.completed ?? 0, total: line.total ?? 0 })
        }
        const sum = (key: 'done' | 'total') =>
          [...parts.values()].reduce((all, part) => all + part[key], 0)
        onProgress({ status: last, doneBytes: sum('done'), totalBytes: sum('total') })
      }
      if (last !== 'success') throw refused(model, 'it broke off')
    })
  } catch (cause) {
    if (
      cause instanceof AppError &&
      cause.cause instanceof Error &&
      cause.reason === 'OLLAMA_AWAY'
    ) {
      throw refused(model, cause.cause.message, cause)
    }
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

const refused = (model: string, why: string, cause?: unknown) =>
  new AppError('unavailable', `"${model}" was not fetched: ${why}.`, {
    reason: 'OLLAMA_PULL',
    ...(cause !== undefined && { cause }),
  })
