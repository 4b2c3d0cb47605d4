import { type Graph, type Operation, onnxModel, real } from './onnx.ts'
import { normals } from './random.ts'
import { SPECIAL, vocabulary, wordPieces } from './word-pieces.ts'

const DIMENSION = 32
/** Edge of the square picture that the network takes, in pixels. */
const EDGE_PX = 32
/** As in the real CLIP. */
const LONGEST_TEXT = 77

/** The words that this model understands, each as red, green and blue from -1 to 1. */
const COLOURS: Record<string, readonly [number, number, number]> = {
  red: [1, -1, -1],
  green: [-1, 1, -1],
  blue: [-1, -1, 1],
  yellow: [1, 1, -1],
  cyan: [-1, 1, 1],
  magenta: [1, -1, 1],
  white: [1, 1, 1],
  black: [-1, -1, -1],
}

/**
 * A model of the CLIP kind whose pictures are their mean colour and whose texts are the colours they
 * name, in one space: "a red car" lies next to a red picture.
 */
export function imageModel(): Record<string, object> {
  const pieces = vocabulary(Object.keys(COLOURS))
  const toSpace = normals(3 * DIMENSION, 5)
  const vision = visionGraph(toSpace)
  const text = textGraph(pieces, toSpace)
  return {
    'config.json': {
      model_type: 'clip',
      architectures: ['CLIPModel'],
      projection_dim: DIMENSION,
      text_config: { model_type: 'clip_text_model' },
      vision_config: { model_type: 'clip_vision_model', image_size: EDGE_PX },
    },
    'preprocessor_config.json': {
      image_processor_type: 'CLIPImageProcessor',
      feature_extractor_type: 'CLIPFeatureExtractor',
      do_resize: true,
      size: { shortest_edge: EDGE_PX },
      resample: 3,
      do_center_crop: true,
      crop_size: { height: EDGE_PX, width: EDGE_PX },
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      do_convert_rgb: true,
    },
    ...wordPieces(pieces, LONGEST_TEXT),
    'onnx/text_model.onnx': onnxModel(text),
    'onnx/vision_model.onnx': onnxModel(vision),
  }
}

/** Mean over all pixels, then from colours to the space. */
function visionGraph(toSpace: Float32Array): Graph {
  return {
    inputs: [{ name: 'pixel_values', type: 'float', shape: ['pictures', 3, EDGE_PX, EDGE_PX] }],
    outputs: [{ name: 'image_embeds', type: 'float', shape: ['pictures', DIMENSION] }],
    weights: [real('to_space', [3, DIMENSION], toSpace)],
    operations: [
      mean('pixel_values', [2, 3], 'colour'),
      { kind: 'MatMul', reads: ['colour', 'to_space'], writes: 'image_embeds' },
    ],
  }
}

/** Mean of a table's rows: colours have theirs, other pieces a little of their own. */
function textGraph(pieces: readonly string[], toSpace: Float32Array): Graph {
  const rows = pieces.flatMap((piece, id) => {
    const colour = COLOURS[piece]
    return colour ? inSpace(colour, toSpace) : [...elsewhere(id)]
  })
  const table = real('table', [pieces.length, DIMENSION], rows)
  return {
    inputs: [{ name: 'input_ids', type: 'int64', shape: ['texts', 'sequence'] }],
    outputs: [{ name: 'text_embeds', type: 'float', shape: ['texts', DIMENSION] }],
    weights: [table],
    operations: [
      { kind: 'Gather', reads: ['table', 'input_ids'], writes: 'looked_up' },
      mean('looked_up', [1], 'text_embeds'),
    ],
  }
}

/** Where no colour is, and near enough to nothing that a colour beside it is heard. */
const elsewhere = (id: number): Float32Array =>
  normals(DIMENSION, id).map((normal) => (id < SPECIAL.length ? 0 : 0.2 * normal))

const inSpace = (colour: readonly number[], toSpace: Float32Array): number[] =>
  Array.from({ length: DIMENSION }, (_, column) =>
    colour.reduce((sum, share, row) => sum + share * (toSpace[row * DIMENSION + column] ?? 0), 0),
  )

const mean = (from: string, axes: readonly number[], to: string): Operation => ({
  kind: 'ReduceMean',
  reads: [from],
  writes: to,
  settings: { axes, keepdims: 0 },
})
