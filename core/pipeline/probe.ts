import type { Probe, StepResult } from '../ports/index.ts'
import { withContent } from './content.ts'
import { EXTRACT_STEP, FIRST_STEP, PICTURE_STEP, PREVIEW_STEP, queued } from './order.ts'
import type { StepDefinition } from './step.ts'

const NO_TEXT = 'Files of this type have no text that can be read. It is found by its name.'

/** Finds out what a content is by its bytes, and decides which steps it takes. */
export const probeStep: StepDefinition = {
  ...FIRST_STEP,

  async run(ports, { digest }) {
    const { catalog, extractor } = ports
    const name = await catalog.blobs.nameOf(digest)
    const probe = await withContent(ports, digest, (file) => extractor.probe(file, name))
    await catalog.blobs.setType(digest, probe.mediaType, probe.kind)
    return resultOf(probe)
  },
}

function resultOf({ mediaType, kind }: Probe): StepResult {
  const facts = { mediaType, kind }
  const isEmpty = mediaType === 'application/x-empty'
  if (!isEmpty && kind !== 'other') {
    const steps = [EXTRACT_STEP, PREVIEW_STEP, ...(kind === 'image' ? [PICTURE_STEP] : [])]
    return { state: 'done', facts, next: steps.map(queued) }
  }
  const message = isEmpty ? 'This file is empty: it has 0 bytes.' : NO_TEXT
  return {
    state: 'skipped',
    coverage: { unit: 'file', done: 0, total: 1, missing: [message] },
    facts,
    reason: isEmpty ? 'EMPTY_FILE' : 'NO_TEXT_IN_TYPE',
    message,
    next: [],
  }
}
