import type { Attachment, Attachments } from '../../core/library/attachments.ts'
import type { OwnDocument } from '../../core/library/find-document.ts'
import type { DescribedDocument } from '../../core/library/get-document.ts'
import type { ModalityView } from '../../core/library/modalities.ts'
import type { ArchiveEntry, Coverage, Locator, Part } from '../../core/model/locator.ts'
import type { DerivationRow, Expansion, ShownCopy, VersionRow } from '../../core/ports/index.ts'

export const versionOut = (version: VersionRow) => ({
  id: version.id,
  number: version.number,
  size_bytes: version.sizeBytes,
  media_type: version.mediaType,
  kind: version.kind,
  created_by: { id: version.createdBy, name: version.createdByName },
  created_at: version.createdAt,
  door: version.door,
})

export const documentOut = (document: OwnDocument) => ({
  id: document.id,
  name: document.name,
  folder: document.folder,
  book: { id: document.bookId, name: document.bookName },
  chapter: { id: document.chapterId, name: document.chapterName },
  role: document.role,
  current_version: versionOut(document.version),
  version_count: document.versionCount,
  created_at: document.createdAt,
  updated_at: document.updatedAt,
  trashed_at: document.trashedAt ?? null,
  source_state: document.sourceState ?? null,
  understanding: document.understanding,
  has_preview: document.hasPreview,
})

export const describedOut = ({
  document,
  details,
  coverage,
  modalities,
  processing,
  copies,
  expansion,
  attachments,
  cameIn,
}: DescribedDocument) => ({
  ...documentOut(document),
  details: {
    sha256: details.digest,
    word_count: details.wordCount ?? null,
    page_count: details.pageCount ?? null,
    language: details.language ?? null,
    duration_ms: details.durationMs ?? null,
    heard_by: details.heardBy ?? null,
    metadata: details.metadata,
    coverage: details.coverage.map(({ step, ...coverage }) => ({ step, ...coverageOut(coverage) })),
    passages: details.passages,
    pages_shown: details.pagesShown ?? null,
  },
  coverage: coverage ? coverageOut(coverage) : null,
  modalities: modalities.map(modalityOut),
  processing: processing.map(stepOut),
  expansion: expansion ? expansionOut(expansion) : null,
  attachments: attachments ? attachmentsOut(attachments) : null,
  came_in: cameIn ? { document_id: cameIn.documentId, name: cameIn.name, as: cameIn.as } : null,
  provider_uploads: Object.fromEntries(copies.map((copy) => [copy.provider, copyOut(copy)])),
  trace_id: document.version.traceId,
  job_id: document.version.jobId ?? null,
})

const expansionOut = ({ state, taken, total, missing }: Expansion) => ({
  state,
  taken,
  total,
  missing: missing.map(({ path = null, reason, message }) => ({ path, reason, message })),
})

const attachmentsOut = ({ items, total }: Attachments) => ({
  total,
  items: items.map(({ name, mediaType, sizeBytes, document, coverage }: Attachment) => ({
    name,
    media_type: mediaType,
    size_bytes: sizeBytes,
    document: document
      ? {
          id: document.id,
          version_id: document.currentVersionId,
          name: document.name,
          kind: document.version.kind,
          understanding: document.understanding,
          coverage: coverage ? coverageOut(coverage) : null,
        }
      : null,
  })),
})

const copyOut = ({ state, key, checksum, verifiedAt }: ShownCopy) => ({
  state,
  key: key ?? null,
  checksum: checksum ?? null,
  verified_at: verifiedAt ?? null,
})

export const coverageOut = ({ unit, done, total, missing, gaps }: Coverage) => ({
  unit,
  done,
  total,
  missing,
  ...(gaps && { gaps }),
})

export const modalityOut = (view: ModalityView) => ({
  modality: view.modality,
  step: view.step,
  state: view.state,
  coverage: view.coverage ? coverageOut(view.coverage) : null,
  reason: view.reason ?? null,
  message: view.message ?? null,
  failed_units: view.failedUnits,
  confidence: view.confidence ?? null,
  unit_confidence: view.certainty,
  hard_units: view.hardUnits,
})

export const stepOut = (row: DerivationRow) => ({
  step: row.step,
  state: row.state,
  coverage: row.coverage ? coverageOut(row.coverage) : null,
  reason: row.reason ?? null,
  message: row.message ?? null,
  duration_ms: row.durationMs,
  finished_at: row.finishedAt ?? null,
})

export const locatorOut = ({ startMs, endMs, ...place }: Locator) => ({
  ...place,
  ...(startMs !== undefined && { start_ms: startMs }),
  ...(endMs !== undefined && { end_ms: endMs }),
})

export const partOut = (
  { text, locator, entry }: Part,
  documentIds?: ReadonlyMap<number, string>,
) => ({
  text,
  locator: locatorOut(locator),
  ...(entry && {
    entry: { ...entryOut(entry), document_id: documentIds?.get(entry.index) ?? null },
  }),
})

const entryOut = ({ type, sizeBytes, modifiedAt, isEncrypted }: ArchiveEntry) => ({
  type,
  size_bytes: sizeBytes,
  modified_at: modifiedAt ?? null,
  is_encrypted: isEncrypted === true,
})
