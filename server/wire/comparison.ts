import type { ComparisonPage, ShownRow } from '../../core/compare/comparison.ts'
import type { ComparedVersion, VersionComparison } from '../../core/library/compare-versions.ts'
import type { HistoryEntry } from '../../core/library/list-versions.ts'
import type { TextState } from '../../core/library/text-state.ts'
import { coverageOut, locatorOut, versionOut } from './document.ts'

export const textStateOut = (text: TextState) => ({
  state: text.state,
  reason: text.reason ?? null,
  message: text.message ?? null,
  coverage: text.coverage ? coverageOut(text.coverage) : null,
  word_count: text.wordCount ?? null,
  page_count: text.pageCount ?? null,
})

export const historyEntryOut = ({ version, text, origin }: HistoryEntry) => ({
  ...versionOut(version),
  document_id: version.documentId,
  trace_id: version.traceId,
  text: textStateOut(text),
  origin: {
    share: origin.share ? { name: origin.share.name, path: origin.share.path ?? null } : null,
    mail: origin.mail ? { document_id: origin.mail.documentId, name: origin.mail.name } : null,
    archive: origin.archive
      ? { document_id: origin.archive.documentId, name: origin.archive.name }
      : null,
    restored_from: origin.restoredFrom ?? null,
  },
})

const sideOut = ({ version, text }: ComparedVersion) => ({
  version: versionOut(version),
  text: textStateOut(text),
})

/** @param isFirst whether it is the first page, which alone tells of pages, slides and sheets */
export const comparisonOut = (comparison: VersionComparison, isFirst: boolean) => {
  const { from, to, isIdentical, basis, page, nextCursor } = comparison
  return {
    from: sideOut(from),
    to: sideOut(to),
    is_identical: isIdentical,
    basis,
    counts: page ? countsOut(page) : null,
    units: isFirst && page?.units ? unitsOut(page.units) : null,
    is_coarse: page?.isCoarse ?? false,
    is_cut: page?.isCut ?? false,
    rows: page?.rows.map(rowOut) ?? [],
    next_cursor: nextCursor ?? null,
  }
}

const countsOut = ({ counts: { wordsAdded, wordsRemoved, ...counts } }: ComparisonPage) => ({
  ...counts,
  words_added: wordsAdded,
  words_removed: wordsRemoved,
})

const unitsOut = ({ unit, pairs }: NonNullable<ComparisonPage['units']>) => ({
  unit,
  pairs: pairs.map(({ from, to, changes, isSilent }) => ({
    from: from ?? null,
    to: to ?? null,
    changes,
    is_silent: isSilent,
  })),
})

const rowOut = (row: ShownRow) => ({
  kind: row.kind,
  at: row.at,
  ...(row.from && { from: locatorOut(row.from) }),
  ...(row.to && { to: locatorOut(row.to) }),
  text: row.text ?? null,
  pieces: row.pieces ?? null,
  cells: row.cells?.map(({ op, from, to }) => ({ op, from: from ?? null, to: to ?? null })) ?? null,
  change: row.change ?? null,
  move: row.move ?? null,
  partner: row.partner ?? null,
  count: row.count ?? null,
})
