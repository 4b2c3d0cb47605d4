import type { Ports, Provider } from '../ports/index.ts'

const BATCH = 100

/**
 * Removes from `provider` what nothing needs there any more: copies of contents that are gone, and
 * what arrived there and was fetched or given up. Returns how many.
 *
 * @throws AppError `unavailable`; the rest waits for the next time
 */
export async function removeCopies(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  provider: Provider,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0
  while (!signal.aborted) {
    const keys = await catalog.copies.removals(provider.name, BATCH, clock.now())
    for (const key of keys) await provider.remove(key)
    await catalog.copies.forgetRemovals(provider.name, keys)
    removed += keys.length
    if (keys.length < BATCH) break
  }
  return removed
}
