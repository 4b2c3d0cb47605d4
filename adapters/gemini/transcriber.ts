import { setTimeout as sleep } from 'node:timers/promises'
import { type File, FileState, type GoogleGenAI } from '@google/genai'
import { AppError } from '../../core/errors.ts'
import type { Listening, Transcriber } from '../../core/ports/index.ts'
import { asking, clientOf, failureOf, type GeminiAccess, strange } from './client.ts'
import { ANSWER_SCHEMA, promptFor, readTranscript } from './transcript.ts'

/** As much as one answer has room for. */
const WINDOW_MS = 10 * 60_000
/** The provider takes no larger files. */
const MOST_BYTES = 2 * 1024 ** 3
/** No coder of sound needs less for silence. A file may state any length, and each window is paid for. */
const MOST_MS_PER_BYTE = 1_000
/** The provider looks at a file for some seconds before it can be asked about. */
const POLL_MS = 1_000
const MOST_POLLS = 600

/**
 * Hears recordings with Gemini: the file is sent once, asked about window by window, and removed at the
 * provider at the end, whatever that is. Whether it may be sent is not decided here: see `core/leaving`.
 */
export function geminiTranscriber(access: GeminiAccess & { pollMs?: number }): Transcriber {
  const { model, pollMs = POLL_MS } = access
  const client = clientOf(access)

  async function hear(file: File, window: Listening, signal: AbortSignal) {
    const { uri: fileUri = '', mimeType = '' } = file
    const answer = await asking(
      access,
      () =>
        client.models.generateContent({
          model,
          contents: [
            {
              role: 'user',
              parts: [{ fileData: { fileUri, mimeType } }, { text: promptFor(window) }],
            },
          ],
          config: {
            responseMimeType: 'application/json',
            responseJsonSchema: ANSWER_SCHEMA,
            abortSignal: signal,
          },
        }),
      signal,
    )
    return readTranscript(answer.text, window)
  }

  return {
    id: `gemini:${model}`,
    leavesTheHouse: true,

    async transcribe({ fd, sizeBytes }, listening, signal, onSegments) {
      if (sizeBytes > MOST_BYTES) {
        throw new AppError('unavailable', 'Gemini takes no files above 2 GiB.', {
          reason: 'GEMINI_REFUSED',
        })
      }
      const mimeType = listening.mediaType ?? 'audio/mpeg'
      const config = { mimeType, abortSignal: signal }
      // Another descriptor of the same file, with a place of its own.
      const path = `/proc/self/fd/${fd}`
      const sent = await asking(access, () => client.files.upload({ file: path, config }), signal)
      try {
        // The client's upload knows of no signal.
        signal.throwIfAborted()
        const file = await whenActive(client, sent, { access, pollMs, signal })
        let language: string | undefined
        const mostMs = sizeBytes * MOST_MS_PER_BYTE
        for (const window of windowsOf(listening, mostMs)) {
          const heard = await hear(file, window, signal)
          language ??= heard.language
          await onSegments(heard.segments, window.fromMs + window.durationMs)
        }
        const isCutOff = mostMs < listening.fromMs + listening.durationMs
        return { ...(language && { language }), ...(isCutOff && { endMs: mostMs }) }
      } finally {
        await forget(client, sent, { access, onRemains: listening.onRemains })
      }
    },

    async close() {},
  }
}

function* windowsOf(listening: Listening, mostMs: number): Generator<Listening> {
  const endMs = Math.min(listening.fromMs + listening.durationMs, mostMs)
  for (let { fromMs } = listening; fromMs < endMs; fromMs += WINDOW_MS) {
    yield { ...listening, fromMs, durationMs: Math.min(WINDOW_MS, endMs - fromMs) }
  }
}

async function whenActive(
  client: GoogleGenAI,
  sent: File,
  { access, pollMs, signal }: { access: GeminiAccess; pollMs: number; signal: AbortSignal },
): Promise<File> {
  const name = sent.name ?? ''
  let file = sent
  for (let polls = 0; file.state !== FileState.ACTIVE; polls++) {
    if (file.state === FileState.FAILED) {
      throw new AppError('unavailable', 'Gemini cannot read this recording.', {
        reason: 'GEMINI_REFUSED',
      })
    }
    if (polls === MOST_POLLS) throw strange('nothing about the recording that it was sent')
    await sleep(pollMs, undefined, { signal })
    file = await asking(
      access,
      () => client.files.get({ name, config: { abortSignal: signal } }),
      signal,
    )
  }
  return file
}

/** Also when the rest failed or was stopped; what cannot be removed the provider removes after two days. */
async function forget(
  client: GoogleGenAI,
  { name }: File,
  { access, onRemains }: { access: GeminiAccess; onRemains: Listening['onRemains'] },
): Promise<void> {
  if (name === undefined) return
  try {
    await client.files.delete({ name })
  } catch (cause) {
    await onRemains?.(failureOf(cause, access.model))
  }
}
