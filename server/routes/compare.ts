import { compareVersions } from '../../core/library/compare-versions.ts'
import { accessOf, router } from '../context.ts'
import { compareRoute } from '../contract/compare.ts'
import type { Door } from '../door.ts'
import { comparisonOut } from '../wire/comparison.ts'

/** Two versions of a document held against each other. */
export const compare = ({ ports, comparer }: Door) =>
  router().openapi(compareRoute, async (c) => {
    const { from, to, cursor, fold_at: at, fold_count: count } = c.req.valid('query')
    const comparison = await compareVersions(ports, await accessOf(c), {
      comparer,
      documentId: c.req.valid('param').id,
      fromId: from,
      toId: to,
      ...(cursor !== undefined && { cursor }),
      ...(at !== undefined && count !== undefined && { fold: { at, count } }),
    })
    return c.json(comparisonOut(comparison, cursor === undefined && at === undefined), 200)
  })
