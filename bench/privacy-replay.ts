import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayTimes, seededRandom } from '../tests/replay-times.ts'
import type { Timing } from './privacy-stats.ts'

/** Mean time between two files: lanes are mostly free, or mostly taken. */
const LOADS_MS = [2_500, 700]

/**
 * How long a file takes until it can be found, when nobody has it and when others do, at two
 * loads. In virtual time, through the queue, the worker's loop and settling as they are: an hour
 * passes in a minute, and what the machine does besides changes nothing.
 */
export async function replays(_box: unknown, count: number): Promise<Timing[]> {
  const timings: Timing[] = []
  for (const everyMs of LOADS_MS) {
    const folder = await mkdtemp(join(tmpdir(), 'onefold-replay-'))
    try {
      const options = { files: count, everyMs, random: seededRandom(everyMs) }
      timings.push(await replayTimes(folder, options))
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  return timings
}
