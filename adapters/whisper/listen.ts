import type { Segment } from '../../core/ports/index.ts'
import { cutAtPauses } from './cut.ts'
import { hearWindow } from './hear.ts'
import { loadWhisper, type WhisperModel } from './model.ts'

/** What to listen to. */
export interface Listen {
  /** The sound from `fromMs` on: 16,000 samples a second, from -1 to 1. */
  sound: AsyncIterable<Float32Array>
  fromMs: number
  /** ISO 639-1, when it is known. */
  language?: string
  /** Folder of the model. */
  model: string
}

/** Surer than this, a recording's language is no longer in question. */
const SURE = 0.5

/**
 * Hears a recording window by window and tells what was said in each, with times in the whole
 * recording. Silence is told, too: with no segments.
 *
 * @returns the language, ISO 639-1; undefined when nothing was said
 * @throws AppError `unavailable` (`NO_SPEECH_MODEL`), before the sound is touched
 */
export async function listen(
  { sound, fromMs, language, model: folder }: Listen,
  tell: (segments: Segment[], untilMs: number) => void,
): Promise<{ language?: string }> {
  const model = await loadWhisper(folder)
  try {
    return await hearAll(model, { sound, fromMs, ...(language && { language }) }, tell)
  } finally {
    await model.network.dispose()
  }
}

async function hearAll(
  model: WhisperModel,
  { sound, fromMs, language }: Omit<Listen, 'model'>,
  tell: (segments: Segment[], untilMs: number) => void,
): Promise<{ language?: string }> {
  // What this model cannot hear in, it has to find out for itself.
  let known = language !== undefined && model.languages.has(language) ? language : undefined
  let likely: { language: string; certainty: number } | undefined
  for await (const { startMs, endMs, samples } of cutAtPauses(sound)) {
    const untilMs = fromMs + endMs
    if (!samples) {
      tell([], untilMs)
      continue
    }
    const heard = await hearWindow(model, samples, known)
    const from = fromMs + startMs
    tell(
      heard.segments.map(({ text, ...at }) => ({
        startMs: from + at.startMs,
        endMs: from + at.endMs,
        text,
      })),
      untilMs,
    )
    if (heard.segments.length > 0 && heard.certainty > (likely?.certainty ?? 0)) likely = heard
    if (known === undefined && likely && likely.certainty > SURE) known = likely.language
  }
  const spoken = known ?? likely?.language
  return spoken === undefined ? {} : { language: spoken }
}
