import {
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { Digest } from '../../core/digest.ts'
import type { VectorRow } from '../../core/ports/index.ts'

/**
 * Makes the engine see that two writers inserted the same key. Without it, three merges of the same
 * 20 new rows at once left 60 rows; with it, 20.
 */
const UNIQUE = new Map([['lance-schema:unenforced-primary-key', 'true']])

/** Text on purpose: a label index over integers is not used. */
const PLACES = new List(new Field('item', new Utf8(), true))
const vectorType = (dimension: number) =>
  new FixedSizeList(dimension, new Field('item', new Float32(), true))

/** One row per chunk. */
export const schemaOf = (dimension: number): Schema =>
  new Schema([
    new Field('key', new Utf8(), false, UNIQUE),
    new Field('digest', new Utf8(), false),
    new Field('ordinal', new Int32(), false),
    new Field('places', PLACES, false),
    new Field('vector', vectorType(dimension), false),
  ])

/** All rows of a content. */
export interface Content {
  dimension: number
  digest: Digest
  rows: readonly VectorRow[]
  placeIds: readonly string[]
}

/** The rows of a content as an Arrow table; vectors are copied as one block, not value by value. */
export function tableOf({ dimension, digest, rows, placeIds }: Content): Table {
  const schema = schemaOf(dimension)
  const ordinals = rows.map(({ ordinal }) => ordinal)
  const keys = rows.map(({ ordinal }) => `${digest}:${ordinal}`)
  const digests = rows.map(() => digest)
  const places = rows.map(() => placeIds)
  const children: Data<DataType>[] = [
    ...vectorFromArray(keys, new Utf8()).data,
    ...vectorFromArray(digests, new Utf8()).data,
    ...vectorFromArray(ordinals, new Int32()).data,
    ...vectorFromArray(places, PLACES).data,
    vectorBlock(dimension, rows),
  ]
  const type = new Struct(schema.fields)
  const struct = makeData({ type, length: rows.length, nullCount: 0, children })
  return new Table(schema, new RecordBatch(schema, struct))
}

function vectorBlock(dimension: number, rows: readonly VectorRow[]): Data<FixedSizeList<Float32>> {
  const data = new Float32Array(rows.length * dimension)
  for (const [i, { vector }] of rows.entries()) data.set(vector, i * dimension)
  const child = makeData({ type: new Float32(), length: data.length, nullCount: 0, data })
  return makeData({ type: vectorType(dimension), length: rows.length, nullCount: 0, child })
}
