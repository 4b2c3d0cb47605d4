/** Shares with fewer files than this may lose any number of them: that is daily work, not an outage. */
const FEW_FILES = 20

/** What a scan saw, as far as it tells whether files went or the share did. */
export interface Sight {
  /** Files that were there before. */
  known: number
  /** Those of them that are not there any more. */
  gone: number
  /** Everything that is there now. */
  seen: number
  /** `device:inode` of the folder now, and when it was last scanned whole. */
  root: string
  lastRoot: string | undefined
}

/**
 * Tells an outage from clearing up: a file server that comes back empty, or half, must not make a
 * library of missing files. Returns what to tell the administrator, or undefined when all is well.
 */
export function outageOf({ known, gone, seen, root, lastRoot }: Sight): string | undefined {
  if (seen === 0 && known > 0 && root !== lastRoot) {
    return `The folder is empty and not the one that was here before, as when a disk is not mounted. Nothing was marked as missing. Mount it again; if the files were really removed, remove this share and add it anew.`
  }
  if (known >= FEW_FILES && gone * 2 > known) {
    return `${gone} of ${known} files disappeared at once. Nothing was marked as missing. Check the file server; if they were really removed, remove this share and add it anew: the documents stay.`
  }
  return undefined
}
