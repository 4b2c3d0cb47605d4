import type { JobRow } from '../../core/ports/index.ts'
import { stepOut } from './document.ts'

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
  steps: job.steps.map(stepOut),
})
