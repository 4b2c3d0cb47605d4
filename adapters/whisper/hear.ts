import { deflateSync } from 'node:zlib'
import type { Tensor } from '@huggingface/transformers'
import type { Segment } from '../../core/ports/index.ts'
import { oneToken, type WhisperModel } from './model.ts'

/** What was heard in one window; times count from its start. */
export interface Heard {
  segments: Segment[]
  /** ISO 639-1. */
  language: string
  /** How sure the model is of the language, 0 to 1. */
  certainty: number
}

/** More than half a minute of the fastest speech. */
const MOST_TOKENS = 400
/** Above this the window holds noise or music, and words would be made up. */
const SURELY_NOTHING = 0.8
/**
 * Text that packs better than this repeats itself: the model is stuck (the figure is that of the
 * original Whisper).
 */
const STUCK = 2.4

/**
 * Hears one window of at most thirty seconds.
 *
 * @param known language that is spoken, one that the model knows
 */
export async function hearWindow(
  model: WhisperModel,
  samples: Float32Array,
  known?: string,
): Promise<Heard> {
  const { input_features } = (await model.processor(samples)) as { input_features: Tensor }
  const encoded = await encode(model, input_features)
  const { language, certainty, nothing } = await firstImpression(model, encoded)
  const spoken = known ?? language
  if (nothing > SURELY_NOTHING) return { segments: [], language: spoken, certainty: 0 }
  const say = async (settings: object) =>
    segmentsOf(
      model,
      await decode(model, { input_features, encoded, settings, language: spoken }),
      (samples.length / 16_000) * 1000,
    )
  const segments = await say({})
  if (!isStuck(segments)) return { segments, language: spoken, certainty }
  return { segments: await say({ no_repeat_ngram_size: 4 }), language: spoken, certainty }
}

/** The encoder's view of a window. It is the larger part of the work, and asked for twice. */
async function encode({ network }: WhisperModel, features: Tensor): Promise<Tensor> {
  const model_inputs = { input_features: features }
  const prepared = await network._prepare_encoder_decoder_kwargs_for_generation({
    inputs_tensor: features,
    model_inputs,
    model_input_name: 'input_features',
    generation_config: network.generation_config,
  })
  return prepared.encoder_outputs as Tensor
}

/** One step of the decoder: what it would say first is the language, or that there is no speech. */
async function firstImpression(model: WhisperModel, encoder_outputs: Tensor) {
  const { start, languages, nothing } = model
  const { logits } = await model.network({ encoder_outputs, decoder_input_ids: oneToken(start) })
  const scores = logits.data as Float32Array
  const total = sumOfPowers(scores, scores.keys())
  if (languages.size === 0) {
    return { language: 'en', certainty: 1, nothing: shareOf(scores[nothing], total) }
  }
  const [language = 'en', token = 0] =
    [...languages].sort(([, a], [, b]) => (scores[b] ?? 0) - (scores[a] ?? 0))[0] ?? []
  const ofLanguages = sumOfPowers(scores, languages.values())
  return {
    language,
    certainty: shareOf(scores[token], ofLanguages),
    nothing: shareOf(scores[nothing], total),
  }
}

/** Logarithm of the sum of the exponentials of some scores, without overflow. */
function sumOfPowers(scores: Float32Array, places: Iterable<number>): number {
  const values = Array.from(places, (place) => scores[place] ?? 0)
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0))
}

const shareOf = (score: number | undefined, total: number): number =>
  score === undefined ? 0 : Math.exp(score - total)

async function decode(
  { network, languages }: WhisperModel,
  input: { input_features: Tensor; encoded: Tensor; settings: object; language: string },
): Promise<number[]> {
  const said = {
    input_features: input.input_features,
    encoder_outputs: input.encoded,
    return_timestamps: true,
    // Said outright, as the library else walks on through the padding of short windows.
    max_new_tokens: MOST_TOKENS,
    ...(languages.size > 0 && { language: input.language, task: 'transcribe' }),
    ...input.settings,
  }
  // Typed for the settings of all models, of which Whisper's own are more.
  const output = (await network.generate(said as Parameters<typeof network.generate>[0])) as Tensor
  return Array.from(output.data as BigInt64Array, Number)
}

/** `<|0.00|> words <|2.40|>` as a segment; one without an end lasts to the end of the window. */
function segmentsOf(model: WhisperModel, tokens: readonly number[], lengthMs: number): Segment[] {
  const segments: Segment[] = []
  let startMs = 0
  let words: number[] = []
  const take = (endMs: number) => {
    if (words.length === 0) return
    const text = model.tokenizer.decode(words, { skip_special_tokens: true }).trim()
    words = []
    if (text !== '' && endMs > startMs) segments.push({ startMs, endMs, text })
  }
  for (const token of tokens) {
    if (token < model.firstTime) {
      words.push(token)
      continue
    }
    const timeMs = Math.round(Math.min((token - model.firstTime) * 20, lengthMs))
    take(timeMs)
    startMs = timeMs
  }
  take(Math.round(lengthMs))
  return segments
}

function isStuck(segments: readonly Segment[]): boolean {
  const text = Buffer.from(segments.map((segment) => segment.text).join(' '))
  return text.length > 0 && text.length / deflateSync(text).length > STUCK
}
