import { codeOf } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import { restoreContent } from './restore-content.ts'

/** Enough for one call; whoever has more damage calls again. */
const MOST = 10_000

/**
 * Mends every damaged content that a further store has a copy of.
 *
 * @returns how many were mended, and how many are damaged all the same
 */
export async function restoreAll(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'providers'>,
): Promise<{ restored: number; lost: number }> {
  let restored = 0
  for (const digest of await ports.catalog.copies.restorable(MOST)) {
    try {
      if (await restoreContent(ports, digest)) restored++
    } catch (cause) {
      if (codeOf(cause) !== 'unavailable') throw cause
    }
  }
  return { restored, lost: await ports.catalog.copies.damaged() }
}
