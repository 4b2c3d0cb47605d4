import { realpath } from 'node:fs/promises'
import type { Access } from '../access/access.ts'
import { AppError } from '../errors.ts'
import type { Ports, ShareMeasures } from '../ports/index.ts'
import { fileSystemOf } from './file-system.ts'
import { type ProbeLine, probeLines } from './probe-lines.ts'
import { requireShareKeeper } from './share-keeper.ts'
import { chosenMode, type ShareSight } from './share-sight.ts'

/** What a folder is like as a share, and what to do about it. */
export interface ShareProbe extends ShareSight {
  path: string
  lines: ProbeLine[]
  measures: ShareMeasures
}

/** Enough to know a large share from a small one, within the patience of who asks. */
const BOUNDS = { mostEntries: 200_000, mostMs: 10_000 }

/**
 * Measures a folder and says what it means to watch it. A hidden file is written to it for a moment
 * where that is allowed, to see whether its event comes.
 *
 * @throws AppError `forbidden`, `bad_request` (reason `FOLDER_MISSING`) when it cannot be read
 */
export async function probeShare(
  ports: Pick<Ports, 'shareMeter'>,
  access: Access,
  path: string,
): Promise<ShareProbe> {
  requireShareKeeper(access)
  try {
    const real = await realpath(path)
    const measures = await ports.shareMeter.measure(real, { mayWrite: true, ...BOUNDS })
    const sight = chosenMode(await fileSystemOf(real), measures)
    return { path: real, ...sight, lines: probeLines(measures, sight), measures }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const message = `The folder ${path} cannot be read on this machine. Make it, mount it, or give the account Onefold runs as the right to list it.`
    throw new AppError('bad_request', message, { reason: 'FOLDER_MISSING', cause })
  }
}
