/** Measures folders that are watched, or shall be. Decides nothing. */
export interface ShareMeter {
  /**
   * Measures one folder. Beside a canary, which is removed again, nothing is written to it.
   *
   * @param path every link in it resolved
   * @throws the system's error when the folder itself cannot be read
   */
  measure(path: string, wish: MeasureWish): Promise<ShareMeasures>
}

export interface MeasureWish {
  /** Whether a file may be written to it for a moment, to see what becomes of its event. */
  mayWrite: boolean
  /** Entries to look at; beyond, the figures are lower bounds. */
  mostEntries: number
  /** Milliseconds to look at entries; beyond, too. */
  mostMs: number
}

export interface Mount {
  /** As in `/proc/self/mountinfo`: `ext4`, `nfs4`, `fuse.sshfs`. */
  type: string
  /** What is mounted: a device, or `server:/path`. */
  source: string
  point: string
  isReadOnly: boolean
}

export interface ShareMeasures {
  mount: Mount
  entries: {
    files: number
    folders: number
    /** Sum of the files' sizes. */
    bytes: number
    /** Whether all of them were looked at. */
    isWhole: boolean
    tookMs: number
    unreadable: number
    /** The first of those, as display text. */
    examples: string[]
  }
  /** Absent where the file system counts none. */
  inodes?: { total: number; free: number }
  freeBytes: { share: number; store: number }
  watches: {
    /** What the kernel gives one account. */
    limit: number
    /** By this account now, as far as it can be seen. */
    inUse: number
    /** One for each folder. */
    needed: number
  }
  mayWrite: boolean
  /** What became of a file written for a moment; absent when none could or should be written. */
  canary?: {
    /** Milliseconds until its event came; absent when none came. */
    eventMs?: number
    /** Clock of the file system less ours, in milliseconds. */
    skewMs: number
  }
  /** Whether a file of the folder could be cloned into the store by reference; absent: not tried. */
  canClone?: boolean
}
