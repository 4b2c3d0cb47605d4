import type { ShareMeasures } from '../ports/index.ts'
import type { FileSystem } from './file-system.ts'

/** How changes in a share come to be known. */
export interface ShareSight {
  place: 'local' | 'network' | 'unknown'
  mode: 'events' | 'scan'
  why: string
}

/** Of files and folders together, for all shares: listening to more takes too much memory. */
const MOST_LISTENED_TO = 10_000

/**
 * Chooses between listening and scanning. Events are a promise of the local kernel about what passes
 * through it: where others write, some never come, and a canary of ours proves nothing.
 *
 * @param tried absent where nothing was tried: then the file system decides alone
 */
export function chosenMode(
  { name, isNetwork }: Pick<FileSystem, 'name' | 'isNetwork'>,
  tried?: Pick<ShareMeasures, 'canary' | 'watches' | 'entries'>,
): ShareSight {
  if (isNetwork) {
    const why = `${name} does not tell what other machines do: the share is scanned.`
    return { place: 'network', mode: 'scan', why }
  }
  const place = name === 'unknown' ? 'unknown' : 'local'
  if (place === 'unknown') {
    const why =
      'The file system is not known, nor whether it tells of changes: the share is scanned.'
    return { place, mode: 'scan', why }
  }
  if (tried?.canary && tried.canary.eventMs === undefined) {
    const why = 'A file was written, and no event came of it: the share is scanned.'
    return { place, mode: 'scan', why }
  }
  if (tried && tried.watches.needed > tried.watches.limit - tried.watches.inUse) {
    const why = 'The kernel has not enough watches left for it: the share is scanned.'
    return { place, mode: 'scan', why }
  }
  if (tried && tried.entries.files + tried.entries.folders > MOST_LISTENED_TO) {
    const why = `It holds more than ${MOST_LISTENED_TO} files and folders: it is scanned, which takes less memory.`
    return { place, mode: 'scan', why }
  }
  const heard = tried?.canary ? ', and the event of a file written there came' : ''
  return { place, mode: 'events', why: `${name} is a disk of this machine${heard}.` }
}
