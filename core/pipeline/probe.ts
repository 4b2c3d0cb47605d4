import type { Probe, StepResult } from '../ports/index.ts'
import { withContent } from './content.ts'
import { EXTRACT_STEP, FIRST_STEP, PREVIEW_STEP, queued } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Why a file of this kind has no text. Kinds that are not here are read. */
const WITHOUT_TEXT: Partial<Record<Probe['kind'], string>> = {
  audio: 'Speech in recordings is not read by this version. The file is found by its name.',
  video: 'Speech in films is not read by this version. The file is found by its name.',
  archive: 'Files inside archives are not read. Unpack it and add the files themselves.',
  other: 'Files of this type have no text that can be read. It is found by its name.',
}

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
  const message = isEmpty ? 'This file is empty: it has 0 bytes.' : WITHOUT_TEXT[kind]
  if (message === undefined) {
    return { state: 'done', facts, next: [queued(EXTRACT_STEP), queued(PREVIEW_STEP)] }
  }
  return {
    state: 'skipped',
    coverage: { unit: 'file', done: 0, total: 1, missing: [message] },
    facts,
    reason: isEmpty ? 'EMPTY_FILE' : 'NO_TEXT_IN_TYPE',
    message,
    next: [],
  }
}
