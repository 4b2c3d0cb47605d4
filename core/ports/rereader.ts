import type { Digest } from '../digest.ts'

/**
 * Reads blobs again as they lie on the medium, for the scrub: behind everybody else, no faster than
 * it was told to, and past the machine's cache where the file system lets it.
 */
export interface Rereader {
  /**
   * What lies at a blob's path; undefined when there is no such file.
   *
   * @throws Error with the system's code when the disk does not give it (`EIO`)
   */
  digestOf(path: string): Promise<{ digest: Digest; sizeBytes: number } | undefined>
  /** How busy the machine is with others' work, 0 to 1. */
  load(): Promise<number>
  close(): Promise<void>
}
