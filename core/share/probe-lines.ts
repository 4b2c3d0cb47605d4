import type { ShareMeasures } from '../ports/index.ts'
import type { ShareSight } from './share-sight.ts'

/** One thing that was measured. `bad`: it will not work so. `warn`: it will, and worse than it could. */
export interface ProbeLine {
  what: ProbeSubject
  level: 'good' | 'warn' | 'bad'
  value: string
  /** What it means, and what to do where something is to be done. */
  meaning: string
}

export type ProbeSubject =
  | 'place'
  | 'changes'
  | 'clone'
  | 'entries'
  | 'inodes'
  | 'watches'
  | 'clock'
  | 'room'
  | 'rights'

/** Clocks that differ by less agree, for all that settling needs. */
const SKEW_MS = 1_000

/** What each measure means for whoever is about to watch the folder. */
export function probeLines(measures: ShareMeasures, sight: ShareSight): ProbeLine[] {
  return [
    placeLine(measures, sight),
    changesLine(sight),
    cloneLine(measures),
    entriesLine(measures),
    ...inodesLine(measures),
    watchesLine(measures, sight),
    clockLine(measures),
    roomLine(measures),
    rightsLine(measures),
  ]
}

function placeLine({ mount }: ShareMeasures, { place }: ShareSight): ProbeLine {
  const access = mount.isReadOnly ? 'read-only' : 'writable'
  const value = `${place}: ${mount.type}, ${access}, ${mount.source} on ${mount.point}`
  if (place === 'local') {
    return { what: 'place', level: 'good', value, meaning: 'A disk of this machine.' }
  }
  const meaning = mount.isReadOnly
    ? 'Mounted read-only, as it should be for a share whose files stay.'
    : 'Mount it read-only ("ro") unless files are to be moved to "done": Onefold needs no more.'
  return { what: 'place', level: mount.isReadOnly ? 'good' : 'warn', value, meaning }
}

const changesLine = ({ mode, why, place }: ShareSight): ProbeLine => ({
  what: 'changes',
  level: mode === 'events' || place === 'network' ? 'good' : 'warn',
  value: mode === 'events' ? 'events, and whole scans' : 'whole scans',
  meaning:
    mode === 'events'
      ? `${why} A change is seen at once; a scan finds what an event did not tell.`
      : `${why} Changes are found by scanning: set how often to suit its size.`,
})

function cloneLine({ canClone }: ShareMeasures): ProbeLine {
  const what = 'clone' as const
  if (canClone === undefined) {
    const meaning = 'There was no file to try it with. Put one there and ask again.'
    return { what, level: 'good', value: 'not tried', meaning }
  }
  return canClone
    ? {
        what,
        level: 'good',
        value: 'yes',
        meaning: 'Stored copies share their blocks with the files: they take no room of their own.',
      }
    : {
        what,
        level: 'good',
        value: 'no',
        meaning:
          'Files are copied. To share blocks, the share and the data folder must lie on one btrfs or XFS (reflink=1).',
      }
}

function entriesLine({ entries }: ShareMeasures): ProbeLine {
  const least = entries.isWhole ? '' : 'at least '
  const value = `${least}${entries.files} files in ${entries.folders} folders, ${gib(entries.bytes)}`
  const rate = Math.round(
    (entries.files + entries.folders) / Math.max(entries.tookMs / 1_000, 0.001),
  )
  const meaning = `Looked at ${rate} entries a second${entries.isWhole ? '' : ', and stopped: there are more'}.`
  return { what: 'entries', level: 'good', value, meaning }
}

function inodesLine({ inodes }: ShareMeasures): ProbeLine[] {
  if (!inodes) return []
  const isLow = inodes.free * 20 < inodes.total
  const meaning = isLow
    ? 'Nearly none are left: people cannot add files much longer, however much room there is.'
    : 'Enough for more files.'
  const value = `${inodes.free} of ${inodes.total} free`
  return [{ what: 'inodes', level: isLow ? 'warn' : 'good', value, meaning }]
}

function watchesLine({ watches, entries }: ShareMeasures, { mode }: ShareSight): ProbeLine {
  const { needed, inUse, limit } = watches
  const value = `${entries.isWhole ? '' : 'at least '}${needed} needed, ${inUse} in use, ${limit} allowed`
  const what = 'watches' as const
  if (needed > limit - inUse) {
    const meaning =
      'Too few: it is scanned instead. Raise fs.inotify.max_user_watches (sysctl), then restart the watcher.'
    return { what, level: 'warn', value, meaning }
  }
  const meaning = mode === 'events' ? 'Enough.' : 'None are used: it is scanned.'
  return { what, level: 'good', value, meaning }
}

function clockLine({ canary }: ShareMeasures): ProbeLine {
  const what = 'clock' as const
  if (!canary) {
    const meaning = 'Only a file written there would tell, and none could be.'
    return { what, level: 'good', value: 'not measured', meaning }
  }
  const value = `${canary.skewMs >= 0 ? '+' : ''}${canary.skewMs} ms`
  return Math.abs(canary.skewMs) < SKEW_MS
    ? { what, level: 'good', value, meaning: 'Its clock agrees with that of this machine.' }
    : {
        what,
        level: 'warn',
        value,
        meaning:
          'Its clock differs. Files are taken right all the same, some of them later. Set up NTP on both machines.',
      }
}

function roomLine({ freeBytes, entries, canClone }: ShareMeasures): ProbeLine {
  const isShort = canClone !== true && entries.bytes > freeBytes.store
  const value = `${gib(freeBytes.store)} free for Onefold, ${gib(freeBytes.share)} on the share`
  const meaning = isShort
    ? `The files take ${gib(entries.bytes)}, more than there is room for, unless many are alike. Make room first.`
    : 'Enough for what lies there now.'
  return { what: 'room', level: isShort ? 'bad' : 'good', value, meaning }
}

function rightsLine({ entries, mayWrite }: ShareMeasures): ProbeLine {
  const what = 'rights' as const
  const move = mayWrite ? 'Files could be moved to "done".' : 'Files cannot be moved to "done".'
  if (entries.unreadable === 0) {
    return { what, level: 'good', value: 'all readable', meaning: move }
  }
  const examples = entries.examples.join(', ')
  return {
    what,
    level: 'warn',
    value: `${entries.unreadable} not readable: ${examples}`,
    meaning: `Give the account Onefold runs as the right to read them; until then they are told of as failed. ${move}`,
  }
}

const gib = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
