import type { PagePicture } from '../../core/ports/parser.ts'
import type { Reading } from './reading.ts'
import type { Rotation } from './turn.ts'

/** What turns a picture into words. One for all pages of a call; its languages are fixed. */
export interface Engine {
  read(picture: PagePicture, signal: AbortSignal): Promise<Reading>
  /** How far the page has to be turned clockwise; undefined where it cannot tell. */
  orientation(picture: PagePicture, signal: AbortSignal): Promise<Rotation | undefined>
  close(): Promise<void>
}
