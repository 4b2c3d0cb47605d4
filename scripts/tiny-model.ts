import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Graph, onnxModel, TYPES } from './onnx-writer.ts'

/** Name of the model inside the models folder. */
export const TINY_MODEL = 'onefold/tiny-bag-of-words'

const DIMENSION = 64
const LONGEST_TEXT = 128
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']
const DIGITS = [...'0123456789']

/**
 * Writes a real embedding model of half a megabyte in the layout of transformers.js: a BERT-like
 * tokenizer and a network that gives each word piece a fixed random vector. Their mean is nearer for
 * texts with more pieces in common, so ranking by it can be tested, not only loading.
 *
 * @param modelsDir the models folder; the model's own folder is made in it
 */
export async function writeTinyModel(modelsDir: string): Promise<void> {
  const folder = join(modelsDir, TINY_MODEL)
  await mkdir(join(folder, 'onnx'), { recursive: true })
  const pieces = vocabulary()
  const json = (name: string, value: unknown) =>
    writeFile(join(folder, name), `${JSON.stringify(value)}\n`)
  await json('config.json', {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: DIMENSION,
    num_hidden_layers: 0,
    num_attention_heads: 4,
    vocab_size: pieces.length,
    max_position_embeddings: LONGEST_TEXT,
    type_vocab_size: 2,
    pad_token_id: 0,
  })
  await json('tokenizer.json', tokenizer(pieces))
  await json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    model_max_length: LONGEST_TEXT,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  })
  await writeFile(join(folder, 'onnx', 'model.onnx'), onnxModel(bagOfWords(pieces.length)))
}

/** Pieces that spell every Latin word, two letters at a time where possible. */
function vocabulary(): string[] {
  const signs = [...LETTERS, ...DIGITS]
  const pairs = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
  return [...SPECIAL, ...[...signs, ...pairs].flatMap((piece) => [piece, `##${piece}`])]
}

/** A WordPiece tokenizer in the format of the tokenizers library. */
function tokenizer(pieces: readonly string[]): object {
  const added = SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
  const around = (name: string) => ({ SpecialToken: { id: name, type_id: 0 } })
  const special = (name: '[CLS]' | '[SEP]') => ({
    id: name,
    ids: [SPECIAL.indexOf(name)],
    tokens: [name],
  })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: { type: 'BertNormalizer', clean_text: true, lowercase: true, strip_accents: null },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [around('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, around('[SEP]')],
      pair: [],
      special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  }
}

/** Looks up a vector per piece. The other inputs of a BERT are read and change nothing. */
function bagOfWords(pieces: number): Graph {
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids']
  const each = ['batch', 'sequence']
  return {
    inputs: inputs.map((name) => ({ name, type: 'int64', shape: each })),
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: [...each, DIMENSION] }],
    weights: [
      { name: 'table', type: 'float', shape: [pieces, DIMENSION], data: randomTable(pieces) },
      { name: 'zero', type: 'float', shape: [], data: Float32Array.of(0) },
      { name: 'last', type: 'int64', shape: [1], data: BigInt64Array.of(-1n) },
    ],
    operations: [
      { kind: 'Gather', reads: ['table', 'input_ids'], writes: 'looked_up' },
      { kind: 'Add', reads: ['attention_mask', 'token_type_ids'], writes: 'others' },
      { kind: 'Cast', reads: ['others'], writes: 'other_floats', settings: { to: TYPES.float } },
      { kind: 'Mul', reads: ['other_floats', 'zero'], writes: 'nothing' },
      { kind: 'Unsqueeze', reads: ['nothing', 'last'], writes: 'nothing_each' },
      { kind: 'Add', reads: ['looked_up', 'nothing_each'], writes: 'last_hidden_state' },
    ],
  }
}

/** Normal numbers, the same every time; special pieces are zero, so that only words count. */
function randomTable(pieces: number): Float32Array {
  const random = uniform(1)
  return Float32Array.from({ length: pieces * DIMENSION }, (_, i) => {
    // Box-Muller transform.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return i < SPECIAL.length * DIMENSION ? 0 : normal / Math.sqrt(DIMENSION)
  })
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

if (import.meta.main) {
  const [modelsDir] = process.argv.slice(2)
  if (!modelsDir) throw new Error('Say into which models folder: tiny-model.ts FOLDER')
  await writeTinyModel(modelsDir)
  process.stdout.write(`${resolve(modelsDir, TINY_MODEL)}\n`)
}
