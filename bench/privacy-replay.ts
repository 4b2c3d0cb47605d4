import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayTimes, seededRandom } from '../tests/replay-times.ts'
import type { Timing } from './privacy-stats.ts'

/** Mean time between two files: lanes are mostly free, or mostly taken. */
const LOADS_MS = [2_500, 700]
/** Files of each kind that one box is asked for; further ones come to a box of their own. */
const BOX_FILES = 300

/**
 * How long a file takes until it can be found, when nobody has it and when others do, at two
 * loads. In virtual time, through the queue, the worker's loop and settling as they are: an hour
 * passes in a minute, and what the machine does besides changes nothing.
 */
export async function replays(_box: unknown, count: number): Promise<Timing[]> {
  const timings: Timing[] = []
  for (const everyMs of LOADS_MS) {
    const random = seededRandom(everyMs)
    const all: Timing = { what: '', unknown: [], known: [] }
    for (let left = count; left > 0; left -= BOX_FILES) {
      const one = await onOneBox({ files: Math.min(left, BOX_FILES), everyMs, random })
      all.what = one.what
      all.unknown.push(...one.unknown)
      all.known.push(...one.known)
    }
    timings.push(all)
  }
  return timings
}

async function onOneBox(options: Parameters<typeof replayTimes>[1]): Promise<Timing> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-replay-'))
  try {
    return await replayTimes(folder, options)
  } finally {
    await rm(folder, { recursive: true })
  }
}
