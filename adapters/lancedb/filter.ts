import { type Digest, parseDigest } from '../../core/digest.ts'
import { AppError } from '../../core/errors.ts'
import { isId } from '../../core/ids.ts'

/*
 * The engine takes filters as SQL text and has no parameters. Every value that goes into one passes
 * through here, and only digests and ids of ours do.
 */

/** @throws AppError `bad_request` when it is no digest */
export const digestIs = (digest: string): string => {
  const from = checkedDigest(digest)
  // A range over the keys `<digest>:<ordinal>`, so that one index serves rows and contents.
  return `key >= '${from}:' AND key < '${from};'`
}

/** Rows of a content whose ordinal is none of these. */
export const digestExcept = (digest: string, ordinals: readonly number[]): string =>
  ordinals.length > 0
    ? `${digestIs(digest)} AND ordinal NOT IN (${ordinals.map(Math.trunc).join(', ')})`
    : digestIs(digest)

/** @throws AppError `bad_request` when one is no id */
export const inPlaces = (placeIds: readonly string[]): string =>
  `array_has_any(places, ${idList(placeIds)})`

/** A list literal of ids; the empty one needs its type said. */
export function idList(ids: readonly string[]): string {
  for (const id of ids) {
    if (!isId(id)) throw new AppError('bad_request', 'This is not an id.', { reason: 'INVALID_ID' })
  }
  const list = `make_array(${ids.map((id) => `'${id}'`).join(', ')})`
  return ids.length > 0 ? list : `arrow_cast(${list}, 'List(Utf8)')`
}

function checkedDigest(text: string): Digest {
  const digest = parseDigest(text)
  if (digest && digest === text) return digest
  throw new AppError('bad_request', 'This is not a digest.', { reason: 'INVALID_HASH' })
}
