import type { BigIntStats } from 'node:fs'
import type { ShareEntryKey } from '../ports/index.ts'

/** What tells one state of a file on disk from another. */
export type Stamp = Omit<ShareEntryKey, 'shareId' | 'path'>

export const stampOf = (stat: BigIntStats): Stamp => ({
  device: String(stat.dev),
  inode: String(stat.ino),
  generation: generationOf(stat),
  sizeBytes: Number(stat.size),
  mtimeNs: String(stat.mtimeNs),
  ctimeNs: String(stat.ctimeNs),
})

/**
 * Birth time, as inodes are given out again. Where the file system keeps none it is the ctime, marked
 * with a `c`: that still knows a file again whose folder was moved, which leaves its ctime alone. While
 * it has a second name it counts as another one, marked with an `l`: one who kept a name of his own for
 * a file that others removed must not pass it off as the one that was there.
 */
const generationOf = ({ birthtimeNs, ctimeNs, nlink }: BigIntStats): string =>
  `${birthtimeNs > 0n ? birthtimeNs : `c${ctimeNs}`}${nlink > 1n ? LINKED : ''}`

/** Whether the file had another name, too, when it was looked at. */
export const isLinked = ({ generation }: Pick<Stamp, 'generation'>): boolean =>
  generation.endsWith(LINKED)

const LINKED = 'l'

/**
 * Whether nothing was written between two looks. ctime is what counts: the kernel sets it, so an edit
 * that keeps the size and puts mtime back still shows. The device is not compared: network and
 * overlay mounts get another number each time they are mounted.
 */
export const isSame = (a: Stamp, b: Stamp): boolean =>
  a.sizeBytes === b.sizeBytes &&
  a.ctimeNs === b.ctimeNs &&
  a.mtimeNs === b.mtimeNs &&
  a.inode === b.inode
