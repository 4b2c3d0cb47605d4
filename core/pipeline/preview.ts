import { storeDerived } from '../ingest/store-derived.ts'
import { isAboutTheFile, mediaTypeOf, withContent } from './content.ts'
import { PREVIEW_STEP } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Wide enough for a card on a dense screen. */
const WIDTH_PX = 640

/** Keeps a picture of the first page. A file without one is complete all the same. */
export const previewStep: StepDefinition = {
  ...PREVIEW_STEP,

  async run(ports, { digest }, { signal }) {
    const mediaType = await mediaTypeOf(ports, digest)
    try {
      const picture = await withContent(ports, digest, (file) =>
        ports.extractor.preview(file, mediaType, WIDTH_PX, signal),
      )
      const blobId = await storeDerived(ports, once(picture))
      return { state: 'done', facts: { widthPx: WIDTH_PX }, blobId, next: [] }
    } catch (error) {
      // A killed parser or a full disk may pass: those are the queue's to judge.
      if (!isAboutTheFile(error)) throw error
      const { reason = 'NO_PREVIEW', message } = error
      return { state: 'skipped', facts: {}, reason, message, next: [] }
    }
  },
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
