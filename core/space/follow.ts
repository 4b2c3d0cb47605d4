import type { Ports } from '../ports/index.ts'
import type { CurrentSpaces } from './current.ts'

const LOOK_MS = 2_000

/** Has this process ask the spaces that answer now, within seconds of a switch, until `signal` aborts. */
export async function followSpaces(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  spaces: Pick<CurrentSpaces, 'look'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal)
    if (signal.aborted) return
    try {
      await spaces.look()
    } catch (err) {
      log.warn('Which spaces answer could not be found out; it is tried again.', { err })
    }
  }
}
