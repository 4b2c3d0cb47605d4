import type { TFunction } from 'i18next'
import type { Locator } from '../api-types.ts'
import { formatFor } from './format.ts'

/** Where a hit stands, in words: `page 3`, `sheet Q3, A1:F40`. Undefined for a whole file. */
export function locatorWords(t: TFunction, locator: Locator): string | undefined {
  if (locator.page !== undefined) return t('locator.page', { page: locator.page })
  if (locator.slide !== undefined) return t('locator.slide', { slide: locator.slide })
  if (locator.sheet !== undefined) {
    const { sheet, cells } = locator
    return cells ? t('locator.sheet_cells', { sheet, cells }) : t('locator.sheet', { sheet })
  }
  if (locator.start_ms !== undefined) return formatFor('en').clock(locator.start_ms)
  if (locator.path !== undefined) return locator.path
  if (locator.heading) return locator.heading
  if (locator.line !== undefined) return t('locator.line', { line: locator.line })
  return undefined
}
