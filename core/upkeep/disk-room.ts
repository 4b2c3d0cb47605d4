/** What is to stay free on the disk of the data folder. */
export interface DiskRule {
  /** Below this uploads are refused. */
  reserveBytes: number
  /** So are they below this share of the disk, in percent. */
  reservePercent: number
  /** Below this share administrators are warned. */
  warnPercent: number
}

/** `full`: nothing is taken in; everything else goes on. */
export type DiskState = 'ok' | 'low' | 'full'

/** What uploads leave free on a disk of this size. */
export const reserveOf = (
  { reserveBytes, reservePercent }: Omit<DiskRule, 'warnPercent'>,
  totalBytes: number,
): number => Math.max(reserveBytes, (totalBytes * reservePercent) / 100)

export function diskStateOf(
  rule: DiskRule,
  { totalBytes, freeBytes }: { totalBytes: number; freeBytes: number },
): DiskState {
  if (freeBytes < reserveOf(rule, totalBytes)) return 'full'
  return freeBytes < (totalBytes * rule.warnPercent) / 100 ? 'low' : 'ok'
}
