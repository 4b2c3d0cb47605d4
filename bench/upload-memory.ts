import { benchBox } from './upload-box.ts'
import { makeFiles } from './upload-client.ts'

/** A page in a hurry sends so many files at once. */
const LANES = 32

/**
 * Memory of the server before the first file, and at most while 2 GiB in parts, 24 files of 64 MiB whole and
 * 3,000 small ones come at once, in bytes.
 */
export async function memoryUnderLoad(): Promise<{ idle: number; peak: number }> {
  const box = await benchBox()
  try {
    const idle = (await box.memory()).now
    await Promise.all([
      box.storeAsTold(makeFiles(1, 2 ** 31), 4),
      box.storeInThree(makeFiles(24, 64 * 2 ** 20), 8),
      box.storeAsTold(makeFiles(3_000, 4096), LANES),
    ])
    return { idle, peak: (await box.memory()).peak }
  } finally {
    await box.stop()
  }
}
