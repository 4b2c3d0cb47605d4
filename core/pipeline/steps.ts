import type { Step } from '../model/job.ts'
import { chunkStep } from './chunk.ts'
import { embedStep } from './embed.ts'
import { extractStep } from './extract.ts'
import { indexStep } from './index.ts'
import { linkStep } from './link.ts'
import { nearStep } from './near.ts'
import { ocrStep } from './ocr.ts'
import { pictureStep } from './picture.ts'
import { previewStep } from './preview.ts'
import { probeStep } from './probe.ts'
import { speechStep } from './speech.ts'
import type { StepDefinition } from './step.ts'

/** The table of steps: adding one means a file, a row here, and a name in `model/job.ts`. */
export const steps: ReadonlyMap<Step, StepDefinition> = new Map(
  [
    probeStep,
    extractStep,
    ocrStep,
    speechStep,
    chunkStep,
    embedStep,
    indexStep,
    pictureStep,
    nearStep,
    previewStep,
    linkStep,
  ].map((definition) => [definition.step, definition]),
)
