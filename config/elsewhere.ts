import type { OllamaAccess } from '../adapters/ollama/client.ts'
import type { OllamaStatus, PullProgress } from '../adapters/ollama/server.ts'
import { AppError } from '../core/errors.ts'
import type { Embedder, Transcriber } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

/** Services beside the box, or outside of the house, as they are configured. */
type Services = Pick<Config, 'ollama' | 'gemini'>

const AT_ONCE_MS = 3_000

/** How the models of the services are called among embedders. */
export const OLLAMA = 'ollama:'
export const GEMINI = 'gemini:'

/** @throws AppError `unavailable` (reason `NO_MODEL` without an address, else as the adapter says) */
export async function openOllama(
  { ollama }: Pick<Services, 'ollama'>,
  model: string,
): Promise<Embedder> {
  const { ollamaEmbedder } = await import('../adapters/ollama/embedder.ts')
  const [name = '', digest] = model.split('@')
  return ollamaEmbedder({
    ...accessOf(ollama),
    model: name,
    ...(digest !== undefined && { digest }),
  })
}

/** How its model is called among embedders now; undefined while it does not answer at once. */
export async function ollamaModel({
  ollama,
}: Pick<Services, 'ollama'>): Promise<string | undefined> {
  const { ollamaDigest } = await import('../adapters/ollama/embedder.ts')
  const access = { ...accessOf(ollama), timeoutMs: Math.min(ollama.timeoutMs, AT_ONCE_MS) }
  try {
    return `${OLLAMA}${ollama.model}@${await ollamaDigest(access, ollama.model)}`
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return undefined
    throw error
  }
}

/** What the Ollama of the configuration says of itself; undefined without one. */
export async function ollamaState({
  ollama,
}: Pick<Services, 'ollama'>): Promise<OllamaStatus | undefined> {
  if (ollama.url === undefined) return undefined
  const { ollamaStatus } = await import('../adapters/ollama/server.ts')
  return ollamaStatus(accessOf(ollama))
}

/** Has it fetch a model: only on somebody's command. @throws AppError `unavailable` */
export async function pullOllama(
  { ollama }: Pick<Services, 'ollama'>,
  model: string,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  const { ollamaPull } = await import('../adapters/ollama/server.ts')
  await ollamaPull(accessOf(ollama), model, onProgress)
}

function accessOf({ url, network, timeoutMs }: Services['ollama']): OllamaAccess {
  if (url === undefined) throw missing('Ollama', 'ONEFOLD_OLLAMA_URL')
  return { url, network, timeoutMs }
}

/** @throws AppError `unavailable` (reason `NO_MODEL`) without a key */
export async function openGemini(
  { gemini }: Pick<Services, 'gemini'>,
  model: string,
): Promise<Embedder> {
  const { geminiEmbedder } = await import('../adapters/gemini/embedder.ts')
  const access = geminiOf(gemini)
  if (!access) throw missing('Gemini', 'ONEFOLD_GEMINI_API_KEY')
  return geminiEmbedder({ ...access, model, dimension: gemini.dimension })
}

/** Who hears recordings outside of the house; undefined without a key. */
export async function geminiSpeech({
  gemini,
}: Pick<Services, 'gemini'>): Promise<Transcriber | undefined> {
  const access = geminiOf(gemini)
  if (!access) return undefined
  const { geminiTranscriber } = await import('../adapters/gemini/transcriber.ts')
  return geminiTranscriber({ ...access, model: gemini.speechModel })
}

const geminiOf = ({ apiKey, url, timeoutMs }: Services['gemini']) =>
  apiKey === undefined
    ? undefined
    : { apiKey, timeoutMs, ...(url !== undefined && { baseUrl: url }) }

const missing = (name: string, option: string) =>
  new AppError('unavailable', `${name} is not configured. Set ${option}.`, { reason: 'NO_MODEL' })
