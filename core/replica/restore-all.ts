import { codeOf } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import { restoreContent } from './restore-content.ts'

/** Enough for one call; whoever has more damage calls again. */
const MOST = 10_000

/**
 * Mends every damaged content that a further store has a copy of.
 *
 * @returns how many were mended, and of how many no store gave back what it should
 */
export async function restoreAll(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'providers'>,
): Promise<{ restored: number; lost: number }> {
  const count = { restored: 0, lost: 0 }
  for (const digest of await ports.catalog.copies.restorable(MOST)) {
    try {
      if (await restoreContent(ports, digest)) count.restored++
    } catch (cause) {
      if (codeOf(cause) !== 'unavailable') throw cause
      count.lost++
    }
  }
  return count
}
