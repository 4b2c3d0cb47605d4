import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  AutoProcessor,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
  Tensor,
  WhisperForConditionalGeneration,
} from '@huggingface/transformers'
import { AppError } from '../../core/errors.ts'

/** A loaded speech model: its parts, and the numbers of the tokens that matter. */
export interface WhisperModel {
  network: PreTrainedModel
  processor: Processor
  tokenizer: PreTrainedTokenizer
  /** `<|startoftranscript|>`, after which it names the language. */
  start: number
  /** Token of each language that it knows, by ISO 639-1; empty for a model of English alone. */
  languages: ReadonlyMap<string, number>
  /** The first token of a time; they count up by a fiftieth of a second. */
  firstTime: number
  /** Says that there is no speech. */
  nothing: number
}

/** The parts of a speech model as transformers.js names them. */
const PARTS = ['encoder_model', 'decoder_model_merged'] as const

/**
 * Loads a model of the Whisper kind on one thread, its 8-bit weights where they are there. Never
 * looks for anything on the internet.
 *
 * @param folder of the model: `<models>/<organization>/<name>`
 * @throws AppError `unavailable` (reason `NO_SPEECH_MODEL`)
 */
export async function loadWhisper(folder: string): Promise<WhisperModel> {
  env.allowRemoteModels = false
  env.useFSCache = false
  env.localModelPath = `${dirname(dirname(folder))}/`
  const name = `${basename(dirname(folder))}/${basename(folder)}`
  const local = { local_files_only: true }
  try {
    const network = await WhisperForConditionalGeneration.from_pretrained(name, {
      ...local,
      dtype: await weightsOf(folder),
      session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    })
    const processor = await AutoProcessor.from_pretrained(name, local)
    const tokenizer = await AutoTokenizer.from_pretrained(name, local)
    return { network, processor, tokenizer, ...tokensOf(network) }
  } catch (cause) {
    const message = `The speech model "${name}" cannot be loaded. Verify it, or add another one.`
    throw new AppError('unavailable', message, { reason: 'NO_SPEECH_MODEL', cause })
  }
}

/** Per part, as some models come with 8-bit weights for one of them only. */
async function weightsOf(folder: string): Promise<Record<string, 'q8' | 'fp32'>> {
  const chosen = PARTS.map(async (part) => {
    const isThere = await hasFile(join(folder, 'onnx', `${part}_quantized.onnx`))
    return [part, isThere ? 'q8' : 'fp32'] as const
  })
  return Object.fromEntries(await Promise.all(chosen))
}

const hasFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false, // whatever is in the way, loading says it better
  )

/** What the model's `generation_config.json` says of its tokens. */
interface Stated {
  decoder_start_token_id?: number
  no_timestamps_token_id?: number
  lang_to_id?: Record<string, number>
  is_multilingual?: boolean
}

function tokensOf({ generation_config }: PreTrainedModel) {
  const stated = generation_config as Stated | null
  const { decoder_start_token_id: start, no_timestamps_token_id: noTimes } = stated ?? {}
  if (start === undefined || noTimes === undefined) throw new Error('no tokens in its settings')
  const languages = stated?.is_multilingual ? Object.entries(stated.lang_to_id ?? {}) : []
  return {
    start,
    languages: new Map(languages.map(([token, id]) => [token.replace(/^<\||\|>$/g, ''), id])),
    firstTime: noTimes + 1,
    // The order of these tokens is the same in every model of this kind.
    nothing: noTimes - 1,
  }
}

/** One token as the decoder takes it. */
export const oneToken = (token: number): Tensor => new Tensor('int64', [BigInt(token)], [1, 1])
