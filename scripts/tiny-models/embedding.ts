import { type Graph, onnxModel, real, TYPES, whole } from './onnx.ts'
import { normals } from './random.ts'
import { SPECIAL, vocabulary, wordPieces } from './word-pieces.ts'

const LONGEST_TEXT = 128

/** What may differ between two embedding models, so that there can be two. */
export interface EmbeddingShape {
  dimension: number
  seed: number
}

/**
 * An embedding model: a BERT-like tokenizer and a network that gives each word piece a fixed random
 * vector. Their mean is nearer for texts with more pieces in common.
 */
export function embeddingModel({ dimension, seed }: EmbeddingShape): Record<string, object> {
  const pieces = vocabulary()
  return {
    'config.json': {
      model_type: 'bert',
      architectures: ['BertModel'],
      hidden_size: dimension,
      num_hidden_layers: 0,
      num_attention_heads: 4,
      vocab_size: pieces.length,
      max_position_embeddings: LONGEST_TEXT,
      type_vocab_size: 2,
      pad_token_id: 0,
    },
    ...wordPieces(pieces, LONGEST_TEXT),
    'onnx/model.onnx': onnxModel(bagOfWords(pieces.length, { dimension, seed })),
  }
}

/** Looks up a vector per piece. The other inputs of a BERT are read and change nothing. */
function bagOfWords(pieces: number, { dimension, seed }: EmbeddingShape): Graph {
  // Special pieces are zero, so that only words count.
  const table = normals(pieces * dimension, seed).map((normal) => normal / Math.sqrt(dimension))
  table.fill(0, 0, SPECIAL.length * dimension)
  const each = ['batch', 'sequence']
  return {
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      type: 'int64',
      shape: each,
    })),
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: [...each, dimension] }],
    weights: [
      real('table', [pieces, dimension], table),
      real('zero', [], [0]),
      whole('last', [1], [-1]),
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
