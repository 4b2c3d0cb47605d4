import type { PagePicture } from '../../core/ports/parser.ts'

/** A picture as a portable graymap (netpbm, pgm(5)): both engines read it, and it costs nothing. */
export function graymap({ widthPx, heightPx, grey }: PagePicture): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${widthPx} ${heightPx}\n255\n`), grey])
}
