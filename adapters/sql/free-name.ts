import { MAX_NAME_BYTES } from '../../core/model/library.ts'
import type { Tx } from './database.ts'

/**
 * `report.pdf` → `report (2).pdf`, with a number that is free: the first, but for gaps. Doubles the
 * number until one is, then halves the distance, so that the ten-thousandth `image001.png` of a
 * folder takes a few looks and not ten thousand.
 */
export async function freeName(tx: Tx, place: Place): Promise<string> {
  const isFree = async (number: number) => !(await isTaken(tx, nameOf(place.name, number), place))
  if (await isFree(1)) return place.name
  let taken = 1
  let free = 2
  while (!(await isFree(free))) [taken, free] = [free, free * 2]
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if (await isFree(middle)) free = middle
    else taken = middle
  }
  return nameOf(place.name, free)
}

/** Whether `name` is what became of `wanted` because it was taken: a number was added. */
export function isNumbered(wanted: string, name: string): boolean {
  const number = / \((\d{1,9})\)(?:\.[^.]*)?$/.exec(name)?.[1]
  return number !== undefined && nameOf(wanted, Number(number)) === name
}

interface Place {
  chapterId: string
  folder: string
  name: string
}

async function isTaken(tx: Tx, name: string, { chapterId, folder }: Place): Promise<boolean> {
  const owner = await tx
    .selectFrom('documents')
    .select('id')
    .where('chapter_id', '=', chapterId)
    .where('folder', '=', folder)
    .where('name', '=', name)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()
  return owner !== undefined
}

function nameOf(name: string, number: number): string {
  if (number === 1) return name
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  return numbered(stem, number, extension)
}

/** Cuts the stem where the number would make the name longer than file systems allow. */
function numbered(stem: string, number: number, extension: string): string {
  const end = ` (${number})${extension}`
  const letters = Array.from(stem)
  while (Buffer.byteLength(letters.join('') + end) > MAX_NAME_BYTES) letters.pop()
  return letters.join('') + end
}
