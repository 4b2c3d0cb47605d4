import { type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'

/**
 * `<column> in (the visible chapters)` as a condition inside the query: rights are never a filter
 * over rows that were read already. The ids travel as one JSON parameter.
 */
export const isVisible = (column: string, visible: Visible): RawBuilder<boolean> =>
  visible === 'all'
    ? sql<boolean>`true`
    : sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(visible)}))`
