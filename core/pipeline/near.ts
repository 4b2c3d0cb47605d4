import { pictureBands, textBands } from '../near/bands.ts'
import { textSignature } from '../near/text-signature.ts'
import { mergedText } from './merge.ts'
import { NEAR_STEP } from './order.ts'
import type { StepDefinition } from './step.ts'

/**
 * Keeps what almost the same contents are known by: shingles of the text, or the look of a picture.
 * What is near is looked up when somebody asks, among what they may see; nothing of it is kept.
 */
export const nearStep: StepDefinition = {
  ...NEAR_STEP,

  async run(ports, { digest }, { signal }) {
    const { derivations, near } = ports.catalog
    const hash = (await derivations.get(digest, 'extract'))?.facts.pictureHash
    if (typeof hash === 'string') {
      await near.put(digest, {
        kind: 'picture',
        bytes: Buffer.from(hash, 'hex'),
        bands: pictureBands(hash),
      })
      return DONE
    }
    const { extraction } = await mergedText(ports, digest)
    const signature = await textSignature(
      extraction.parts.map(({ text }) => text),
      signal,
    )
    if (!signature) {
      await near.put(digest)
      return TOO_SHORT
    }
    await near.put(digest, {
      kind: 'text',
      bytes: Buffer.from(signature.buffer),
      bands: textBands(signature),
    })
    return DONE
  },
}

const DONE = { state: 'done' as const, facts: {}, next: [] }

const TOO_SHORT = {
  state: 'skipped' as const,
  facts: {},
  reason: 'TOO_SHORT',
  message: 'The text is too short to tell what is almost the same.',
  next: [],
}
