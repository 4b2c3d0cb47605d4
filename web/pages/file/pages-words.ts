import type { TFunction } from 'i18next'
import type { DocumentFull } from '../../api-types.ts'
import type { Format } from '../../parts/format.ts'

/** How long the file is: pages, slides or sheets; undefined where that means nothing. */
export function pagesWords(
  t: TFunction,
  format: Format,
  { details, current_version: { kind } }: DocumentFull,
): string | undefined {
  const count = details.page_count
  if (count === null) return undefined
  const total = format.number(count)
  if (kind === 'slides') return t('file.slides', { count, total })
  if (kind === 'sheet') return t('file.sheets', { count, total })
  return t('file.pages', { count, total })
}
