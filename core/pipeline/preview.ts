import { storeDerived } from '../ingest/store-derived.ts'
import { isAboutTheFile, mediaTypeOf, withContent } from './content.ts'
import { PREVIEW_STEP } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Wide enough for a card on a dense screen. */
const WIDTH_PX = 640
/** Wide enough to read a letter. */
const PAGE_WIDTH_PX = 1240
/** What no browser shows, and may have many pages. */
const TURNED_OVER = 'image/tiff'

/**
 * Keeps a picture of the first page, and of all pages behind it where no browser can turn them over.
 * A file without one is complete all the same.
 */
export const previewStep: StepDefinition = {
  ...PREVIEW_STEP,

  async run(ports, { digest }, { signal }) {
    const mediaType = await mediaTypeOf(ports, digest)
    try {
      const picture = await withContent(ports, digest, (file) =>
        ports.extractor.preview(file, mediaType, WIDTH_PX, signal),
      )
      const pages =
        mediaType === TURNED_OVER
          ? await withContent(ports, digest, (file) =>
              ports.extractor.pagePictures(file, mediaType, PAGE_WIDTH_PX, signal),
            )
          : []
      const blobId = await storeDerived(ports, each([picture, ...pages]))
      const facts = {
        widthPx: WIDTH_PX,
        ...(pages.length > 0 && { sizes: [picture, ...pages].map((one) => one.byteLength) }),
      }
      return { state: 'done', facts, blobId, next: [] }
    } catch (error) {
      // A killed parser or a full disk may pass: those are the queue's to judge.
      if (!isAboutTheFile(error)) throw error
      const { reason = 'NO_PREVIEW', message } = error
      return { state: 'skipped', facts: {}, reason, message, next: [] }
    }
  },
}

async function* each(pictures: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pictures
}
