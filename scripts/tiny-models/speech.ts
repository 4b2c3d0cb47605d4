import { type Graph, type Operation, onnxModel, type Port, real, TYPES, whole } from './onnx.ts'
import {
  control,
  LANGUAGES,
  speechTokenizer,
  TOKENS,
  TONES,
  timeToken,
  wordToken,
} from './speech-tokens.ts'

const BANDS = 80
const BANDS_PER_TONE = BANDS / TONES.length
/** A window of thirty seconds in frames of ten milliseconds. */
const FRAMES = 3000
const SECONDS = 30
/** Width of the cache's rows, of which only the count matters. */
const CACHE = 4
/** `<|startoftranscript|>`, a language, `<|transcribe|>`: what is said comes after them. */
const PROMPT = 3
/** A word takes three tokens: its start, itself, its end. The last row is for all that is after. */
const POSITIONS = PROMPT + 3 * SECONDS + 1
/** Loudness, as Whisper's features give it, under which a second counts as silent. */
const SILENCE = -0.3
const SURE = 20
const SURER = 50

/**
 * A model of the Whisper kind that hears tones instead of words: each second is the word of its
 * loudest tone, with its times, up to the first silent second. What it says depends on the sound
 * alone, so that cutting, offsets and languages can be tested.
 */
export function speechModel(): Record<string, object> {
  const end = control('<|endoftext|>')
  const ends = { eos_token_id: end, bos_token_id: end, pad_token_id: end }
  const start = { decoder_start_token_id: control('<|startoftranscript|>') }
  return {
    'config.json': {
      model_type: 'whisper',
      architectures: ['WhisperForConditionalGeneration'],
      is_encoder_decoder: true,
      d_model: CACHE,
      encoder_layers: 1,
      decoder_layers: 1,
      num_hidden_layers: 1,
      encoder_attention_heads: 1,
      decoder_attention_heads: 1,
      vocab_size: TOKENS,
      num_mel_bins: BANDS,
      max_source_positions: FRAMES / 2,
      max_target_positions: 448,
      ...start,
      ...ends,
    },
    'generation_config.json': {
      is_multilingual: true,
      lang_to_id: Object.fromEntries(
        LANGUAGES.map((language) => [`<|${language}|>`, control(`<|${language}|>`)]),
      ),
      task_to_id: {
        transcribe: control('<|transcribe|>'),
        translate: control('<|translate|>'),
      },
      no_timestamps_token_id: control('<|notimestamps|>'),
      max_length: 448,
      max_initial_timestamp_index: 50,
      return_timestamps: false,
      ...start,
      ...ends,
    },
    'preprocessor_config.json': {
      feature_extractor_type: 'WhisperFeatureExtractor',
      processor_class: 'WhisperProcessor',
      chunk_length: SECONDS,
      feature_size: BANDS,
      hop_length: 160,
      n_fft: 400,
      n_samples: 16_000 * SECONDS,
      nb_max_frames: FRAMES,
      padding_side: 'right',
      padding_value: 0,
      return_attention_mask: false,
      sampling_rate: 16_000,
    },
    ...speechTokenizer(),
    'onnx/encoder_model.onnx': onnxModel(encoder()),
    'onnx/decoder_model_merged.onnx': onnxModel(decoder()),
  }
}

/** Mean loudness of each band in each second, and a silent second after the last. */
function encoder(): Graph {
  return {
    inputs: [{ name: 'input_features', type: 'float', shape: ['batch', BANDS, FRAMES] }],
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: ['batch', 'seconds', BANDS] }],
    weights: [
      whole('by_second', [4], [0, BANDS, SECONDS, FRAMES / SECONDS]),
      whole('one_after', [6], [0, 0, 0, 0, 1, 0]),
      real('silent', [], [-10]),
    ],
    operations: [
      op('Reshape', ['input_features', 'by_second'], 'frames'),
      op('ReduceMean', ['frames'], 'means', { axes: [3], keepdims: 0 }),
      op('Transpose', ['means'], 'seconds', { perm: [0, 2, 1] }),
      op('Pad', ['seconds', 'one_after', 'silent'], 'last_hidden_state'),
    ],
  }
}

const PAST = 'past_key_values.0.decoder'
const PRESENT = 'present.0.decoder'

/** Says what the second at its position calls for; how far it is, the length of the cache tells. */
function decoder(): Graph {
  return {
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'new'] },
      { name: 'encoder_hidden_states', type: 'float', shape: ['batch', 'seconds', BANDS] },
      ...cache('past_key_values', 'past'),
      { name: 'use_cache_branch', type: 'bool', shape: [1] },
    ],
    outputs: [
      { name: 'logits', type: 'float', shape: ['batch', 'new', TOKENS] },
      ...cache('present', 'all'),
    ],
    weights: [
      ...positionTables(),
      real('to_word', [BANDS, TOKENS], bandTable(wordToken)),
      real('to_language', [BANDS, TOKENS], bandTable(languageToken)),
      real('to_end', [TOKENS], row(control('<|endoftext|>'), SURER)),
      real('silence', [], [SILENCE]),
      real('one', [], [1]),
      whole('step', [], [1]),
      whole('first', [1], [0]),
      whole('second', [1], [1]),
      whole('third', [1], [2]),
      whole('fourth', [1], [3]),
      whole('start', [], [0]),
      whole('after', [], [POSITIONS - 1]),
      whole('width', [1], [CACHE]),
    ],
    operations: [...position(), ...hearing(), ...saying(), ...keeping()],
  }
}

/** Positions of the new tokens, not beyond the tables. */
const position = (): Operation[] => [
  op('Shape', [`${PAST}.key`], 'past_shape'),
  op('Slice', ['past_shape', 'third', 'fourth'], 'past_length'),
  op('Squeeze', ['past_length', 'first'], 'from'),
  op('Shape', ['input_ids'], 'new_shape'),
  op('Slice', ['new_shape', 'second', 'third'], 'new_length'),
  op('Squeeze', ['new_length', 'first'], 'length'),
  op('Add', ['from', 'length'], 'to'),
  op('Range', ['from', 'to', 'step'], 'unbounded'),
  op('Clip', ['unbounded', 'start', 'after'], 'position'),
]

/** The loudest band at each position as a row of ones and zeros, and whether it is silent. */
const hearing = (): Operation[] => [
  op('Gather', ['second_of', 'position'], 'seconds'),
  op('Gather', ['encoder_hidden_states', 'seconds'], 'heard', { axis: 1 }),
  op('ReduceMax', ['heard'], 'loudest', { axes: [2], keepdims: 1 }),
  op('Equal', ['heard', 'loudest'], 'is_loudest'),
  op('Cast', ['is_loudest'], 'band', { to: TYPES.float }),
  op('Greater', ['loudest', 'silence'], 'is_loud'),
  op('Cast', ['is_loud'], 'loud', { to: TYPES.float }),
  op('Sub', ['one', 'loud'], 'quiet'),
]

/** At each position one of these speaks: a language, a time, a word; silence ends it all. */
const saying = (): Operation[] => [
  op('MatMul', ['band', 'to_word'], 'words'),
  op('Gather', ['is_word', 'position'], 'word_here'),
  op('Mul', ['words', 'word_here'], 'word'),
  op('MatMul', ['band', 'to_language'], 'languages'),
  op('Gather', ['is_language', 'position'], 'language_here'),
  op('Mul', ['languages', 'language_here'], 'language'),
  op('Gather', ['time_of', 'position'], 'time'),
  op('Gather', ['may_end', 'position'], 'end_here'),
  op('Mul', ['quiet', 'end_here'], 'ends'),
  op('Mul', ['ends', 'to_end'], 'end'),
  op('Add', ['word', 'language'], 'said'),
  op('Add', ['said', 'time'], 'said_when'),
  op('Add', ['said_when', 'end'], 'logits'),
]

/** The cache grows by as many rows as there are new tokens, as the real one does. */
const keeping = (): Operation[] => [
  op('Slice', ['new_shape', 'first', 'second'], 'batch'),
  op('Concat', ['batch', 'second', 'new_length', 'width'], 'rows', { axis: 0 }),
  op('ConstantOfShape', ['rows'], 'new_rows'),
  op('Concat', [`${PAST}.key`, 'new_rows'], `${PRESENT}.key`, { axis: 2 }),
  op('Concat', [`${PAST}.value`, 'new_rows'], `${PRESENT}.value`, { axis: 2 }),
  op('Concat', ['batch', 'second', 'second', 'width'], 'heard_rows', { axis: 0 }),
  op('ConstantOfShape', ['heard_rows'], 'present.0.encoder.key'),
  op('ConstantOfShape', ['heard_rows'], 'present.0.encoder.value'),
]

/** What is due at each position, one row each. */
function positionTables() {
  const positions = Array.from({ length: POSITIONS }, (_, position) => {
    const said = position - (PROMPT - 1)
    const second = Math.min(Math.max(Math.floor(said / 3), 0), SECONDS)
    return { said, second, part: said < 0 ? -1 : said % 3 }
  })
  const flags = (name: string, is: (each: (typeof positions)[number]) => boolean) =>
    real(
      name,
      [POSITIONS, 1],
      positions.map((each) => (is(each) ? 1 : 0)),
    )
  const time = ({ part, second }: (typeof positions)[number]) =>
    part === 0 || part === 2 ? row(timeToken(second + part / 2), SURE) : row(0, 0)
  return [
    whole(
      'second_of',
      [POSITIONS],
      positions.map(({ second }) => second),
    ),
    flags('is_language', ({ said }) => said === 1 - PROMPT),
    flags('is_word', ({ part }) => part === 1),
    flags('may_end', ({ said }) => said >= 0),
    real(
      'time_of',
      [POSITIONS, TOKENS],
      positions.flatMap((each) => [...time(each)]),
    ),
  ]
}

/** For each band the token of its tone. */
const bandTable = (tokenOf: (tone: number) => number): number[] =>
  Array.from({ length: BANDS }, (_, band) => [
    ...row(tokenOf(Math.floor(band / BANDS_PER_TONE)), SURE),
  ]).flat()

const languageToken = (tone: number): number => control(`<|${TONES[tone]?.language}|>`)

function row(token: number, value: number): Float32Array {
  const values = new Float32Array(TOKENS)
  values[token] = value
  return values
}

const cache = (name: string, length: string): Port[] =>
  ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'].map((part) => ({
    name: `${name}.0.${part}`,
    type: 'float',
    shape: ['batch', 1, `${length}_${part.split('.')[0]}`, CACHE],
  }))

const op = (
  kind: string,
  reads: readonly string[],
  writes: string,
  settings: Record<string, number | readonly number[]> = {},
): Operation => ({ kind, reads, writes, settings })
