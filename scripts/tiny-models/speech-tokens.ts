/**
 * What the tiny speech model hears: one second of a tone is one word. The first tone of a recording
 * also decides its language. `hz` lies in the middle of ten of Whisper's eighty mel bands.
 */
export const TONES = [
  { hz: 205, word: 'alpha', language: 'en' },
  { hz: 577, word: 'bravo', language: 'en' },
  { hz: 949, word: 'charlie', language: 'en' },
  { hz: 1391, word: 'delta', language: 'en' },
  { hz: 2045, word: 'eule', language: 'de' },
  { hz: 3003, word: 'fuchs', language: 'de' },
  { hz: 4412, word: 'garage', language: 'fr' },
  { hz: 6484, word: 'hibou', language: 'fr' },
] as const

export const LANGUAGES = ['en', 'de', 'fr'] as const

/** Steps of a fiftieth of a second in the thirty seconds of a window. */
const TIMES = 1501
const STEPS_PER_SECOND = 50

const CONTROL = [
  '<|endoftext|>',
  '<|startoftranscript|>',
  ...LANGUAGES.map((language) => `<|${language}|>`),
  '<|translate|>',
  '<|transcribe|>',
  '<|startoflm|>',
  '<|startofprev|>',
  '<|nospeech|>',
  '<|notimestamps|>',
]

/** Tokens in the order of the real ones: text, then control, then times. */
const TEXT = [...byteSigns(), ...TONES.map(({ word }) => `Ġ${word}`)]
const FIRST_TIME = TEXT.length + CONTROL.length

export const TOKENS = FIRST_TIME + TIMES

/** Number of a control token, such as `<|en|>`. */
export const control = (token: string): number => TEXT.length + CONTROL.indexOf(token)

/** Number of a tone's word. */
export const wordToken = (tone: number): number => TEXT.length - TONES.length + tone

/** Number of the time token for a whole second of the window. */
export const timeToken = (second: number): number => FIRST_TIME + second * STEPS_PER_SECOND

/** The tokenizer's files. */
export function speechTokenizer(): Record<string, object> {
  const added = (content: string, id: number, special: boolean) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special,
  })
  const time = (step: number) => `<|${(step / STEPS_PER_SECOND).toFixed(2)}|>`
  const bytes = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  }
  return {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [
        ...CONTROL.map((token) => added(token, control(token), true)),
        ...Array.from({ length: TIMES }, (_, i) => added(time(i), FIRST_TIME + i, false)),
      ],
      normalizer: null,
      pre_tokenizer: bytes,
      post_processor: null,
      decoder: bytes,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: '',
        end_of_word_suffix: '',
        fuse_unk: false,
        vocab: Object.fromEntries(TEXT.map((token, id) => [token, id])),
        merges: [],
      },
    },
    'tokenizer_config.json': {
      tokenizer_class: 'WhisperTokenizer',
      bos_token: '<|endoftext|>',
      eos_token: '<|endoftext|>',
      pad_token: '<|endoftext|>',
      unk_token: '<|endoftext|>',
      additional_special_tokens: CONTROL,
      model_max_length: 1024,
    },
  }
}

/** One printable sign for each of the 256 bytes: itself, or one above U+0100 (GPT-2's alphabet). */
function byteSigns(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let others = 0
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : 256 + others++),
  )
}
