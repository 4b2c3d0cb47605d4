import type { Ports, Usage } from '../ports/index.ts'

/** What people have put in against what lies on the disk. For administrators only. */
export interface Savings extends Usage {
  /** Bytes of all blobs by their rows: contents, derived ones, and those still to be reclaimed. */
  physicalBytes: number
  /** `logicalBytes - uniqueBytes`: what storing every content once saves. */
  savedBytes: number
}

export async function usage({ catalog }: Pick<Ports, 'catalog'>): Promise<Savings> {
  const totals = await catalog.blobs.usage()
  return {
    ...totals,
    physicalBytes: totals.uniqueBytes + totals.derivedBytes + totals.reclaimableBytes,
    savedBytes: totals.logicalBytes - totals.uniqueBytes,
  }
}

/** Bytes of all published files as the disk has them. Reads every folder: minutes for millions. */
export async function measureDisk({ blobs }: Pick<Ports, 'blobs'>): Promise<number> {
  let bytes = 0
  for await (const { sizeBytes } of blobs.list()) bytes += sizeBytes
  return bytes
}
