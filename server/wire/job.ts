import { modalitiesOf, overallCoverage } from '../../core/library/modalities.ts'
import type { Coverage } from '../../core/model/locator.ts'
import type { JobRow } from '../../core/ports/index.ts'
import { coverageOut, modalityOut, stepOut } from './document.ts'

const coverageOrNull = (coverage: Coverage | undefined) => (coverage ? coverageOut(coverage) : null)

export const jobOut = (job: JobRow) => ({
  id: job.id,
  step: job.step,
  state: job.state,
  progress: job.progress,
  attempts: job.attempts,
  error: job.errorCode
    ? { code: job.errorCode, reason: job.errorReason ?? null, message: job.errorMessage ?? '' }
    : null,
  document: job.documentId
    ? {
        id: job.documentId,
        name: job.documentName ?? '',
        book: job.bookName ?? '',
        chapter: job.chapterName ?? '',
      }
    : null,
  trace_id: job.traceId,
  created_at: job.createdAt,
  updated_at: job.updatedAt,
  coverage: coverageOrNull(overallCoverage(job.steps)),
  modalities: modalitiesOf(job.steps).map(modalityOut),
  steps: job.steps.map(stepOut),
})
