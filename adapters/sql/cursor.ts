import { AppError } from '../../core/errors.ts'

/** Where a page of a list ended: the order it was in, the last row's sort key, and its id. */
export interface Position {
  order: string
  key: string | number
  id: string | number
}

/** A position as opaque text for the caller to hand back. */
export const encodeCursor = ({ order, key, id }: Position): string =>
  Buffer.from(JSON.stringify([order, key, id])).toString('base64url')

/**
 * @throws AppError `bad_request` (reason `CURSOR`) for a cursor of another order, or no cursor
 * at all
 */
export function decodeCursor(text: string, order: string): Position {
  const parts = parse(text)
  if (Array.isArray(parts) && parts.length === 3 && parts[0] === order) {
    const [, key, id] = parts
    if (isKey(key) && isKey(id)) return { order, key, id }
  }
  throw new AppError('bad_request', 'This page marker is not one of this list.', {
    reason: 'CURSOR',
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined // what was not made here is refused by the caller
  }
}

const isKey = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'
