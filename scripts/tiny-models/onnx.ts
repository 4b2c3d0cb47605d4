/*
 * Writes small ONNX models (onnx.proto3 of the ONNX specification, IR version 8), as far as a test
 * model needs it: protocol buffers by hand, so that nothing has to be installed to make one.
 */

/** Element types by their number in `TensorProto.DataType`. */
export const TYPES = { float: 1, int64: 7, bool: 9 } as const
type TypeName = keyof typeof TYPES

/** A named input or output; a text in `shape` is a dimension that is known at run time only. */
export interface Port {
  name: string
  type: TypeName
  shape: readonly (number | string)[]
}

/** A constant of the graph. */
export interface Weights {
  name: string
  type: TypeName
  shape: readonly number[]
  data: Float32Array | BigInt64Array
}

/** One operation: its kind in the ONNX operator set, what it reads and writes. */
export interface Operation {
  kind: string
  reads: readonly string[]
  writes: string
  /** Attributes: a whole number, such as the type that `Cast` casts to, or several. */
  settings?: Readonly<Record<string, number | readonly number[]>>
}

export interface Graph {
  inputs: readonly Port[]
  outputs: readonly Port[]
  weights: readonly Weights[]
  operations: readonly Operation[]
}

const IR_VERSION = 8
const OPERATOR_SET = 17
/** `AttributeProto.AttributeType` of a whole number, and of a list of them. */
const ONE = 2
const SEVERAL = 7

/** The bytes of a model file. */
export function onnxModel({ inputs, outputs, weights, operations }: Graph): Uint8Array {
  const graph = message(
    ...operations.map((operation) => field(1, node(operation))),
    field(2, text('graph')),
    ...weights.map((each) => field(5, tensor(each))),
    ...inputs.map((port) => field(11, valueInfo(port))),
    ...outputs.map((port) => field(12, valueInfo(port))),
  )
  const operatorSet = message(field(1, text('')), number(2, OPERATOR_SET))
  return message(number(1, IR_VERSION), field(7, graph), field(8, operatorSet))
}

function node({ kind, reads, writes, settings = {} }: Operation): Uint8Array {
  const attributes = Object.entries(settings).map(([name, value]) =>
    typeof value === 'number'
      ? message(field(1, text(name)), number(3, value), number(20, ONE))
      : message(field(1, text(name)), ...value.map((each) => number(8, each)), number(20, SEVERAL)),
  )
  return message(
    ...reads.map((name) => field(1, text(name))),
    field(2, text(writes)),
    field(4, text(kind)),
    ...attributes.map((attribute) => field(5, attribute)),
  )
}

function tensor({ name, type, shape, data }: Weights): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const dimensions = shape.map((size) => number(1, size))
  return message(...dimensions, number(2, TYPES[type]), field(8, text(name)), field(9, bytes))
}

function valueInfo({ name, type, shape }: Port): Uint8Array {
  const dimensions = shape.map((size) =>
    field(1, typeof size === 'string' ? field(2, text(size)) : number(1, size)),
  )
  const tensorType = message(number(1, TYPES[type]), field(2, message(...dimensions)))
  return message(field(1, text(name)), field(2, field(1, tensorType)))
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const message = (...fields: Uint8Array[]): Uint8Array => Buffer.concat(fields)

/** A field of bytes: its number and wire type 2, its length, the bytes. */
const field = (id: number, bytes: Uint8Array): Uint8Array =>
  message(varint(id * 8 + 2), varint(bytes.length), bytes)

/** A field that holds a whole number: wire type 0. */
const number = (id: number, value: number): Uint8Array => message(varint(id * 8), varint(value))

/** Seven bits a byte, least first, the eighth set on all but the last. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Uint8Array.from(bytes)
}

/** Whole numbers as a constant of the graph: axes, shapes, places. */
export const whole = (
  name: string,
  shape: readonly number[],
  data: readonly number[],
): Weights => ({
  name,
  type: 'int64',
  shape,
  data: BigInt64Array.from(data, BigInt),
})

/** Numbers as a constant of the graph. */
export const real = (name: string, shape: readonly number[], data: Iterable<number>): Weights => ({
  name,
  type: 'float',
  shape,
  data: Float32Array.from(data),
})
