/** How long a file whose end is missing must stand still until it is taken as it is. */
export const PATIENCE_MS = 120_000

/** Bytes at its beginning that tell a format. */
export const HEAD_BYTES = 16

/** A format whose files say where they end. Programs that write them slowly say so last. */
export interface Ending {
  /** What stands somewhere in the last bytes of a whole file. */
  mark: Buffer
  /** How many of them. */
  withinBytes: number
}

const bytes = (text: string) => Buffer.from(text, 'latin1')
const ending = (mark: string, withinBytes: number): Ending => ({ mark: bytes(mark), withinBytes })

const ENDINGS: readonly (Ending & { begins: Buffer })[] = [
  // ISO 32000-1, 7.5.5 and its implementation note 18
  { begins: bytes('%PDF-'), ...ending('%%EOF', 2_048) },
  // APPNOTE.TXT 4.3.16: the record at the end has 22 bytes and a comment of up to 64 KiB
  { begins: bytes('PK\x03\x04'), ...ending('PK\x05\x06', 66_000) },
  // Portable Network Graphics, third edition, 11.2.5
  { begins: bytes('\x89PNG\r\n\x1a\n'), ...ending('IEND\xae\x42\x60\x82', 4_096) },
  // ITU-T T.81, B.1.1.3; cameras append previews and notes
  { begins: bytes('\xff\xd8\xff'), ...ending('\xff\xd9', 66_000) },
]

/** How files that begin like this end; undefined where the format does not say. */
export const endingOf = (head: Buffer): Ending | undefined =>
  ENDINGS.find(({ begins }) => head.subarray(0, begins.length).equals(begins))
