/** Pieces that stand for no text; they come first, in this order. */
export const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']
const DIGITS = [...'0123456789']

/**
 * Pieces that spell every Latin word, two letters at a time where possible.
 *
 * @param words words that are pieces of their own
 */
export function vocabulary(words: readonly string[] = []): string[] {
  const signs = [...LETTERS, ...DIGITS]
  const pairs = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
  return [...SPECIAL, ...[...signs, ...pairs].flatMap((piece) => [piece, `##${piece}`]), ...words]
}

/** A WordPiece tokenizer of the BERT kind: `tokenizer.json` and `tokenizer_config.json`. */
export function wordPieces(pieces: readonly string[], longestText: number): Record<string, object> {
  return {
    'tokenizer.json': tokenizer(pieces),
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      do_lower_case: true,
      model_max_length: longestText,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
      mask_token: '[MASK]',
    },
  }
}

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
