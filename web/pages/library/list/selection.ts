/** Which rows are selected, and from where a range is drawn. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Row that a range with shift starts at. */
  readonly anchor?: string
}

export const NOTHING: Selection = { ids: new Set() }

/** Selects this row alone. */
export const selectOnly = (id: string): Selection => ({ ids: new Set([id]), anchor: id })

/** Adds or takes out one row. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, anchor: id }
}

/** Everything between the anchor and `id`, in the order shown; the anchor stays for the next range. */
export function extend(selection: Selection, order: readonly string[], id: string): Selection {
  const from = selection.anchor === undefined ? -1 : order.indexOf(selection.anchor)
  const to = order.indexOf(id)
  if (from < 0 || to < 0) return selectOnly(id)
  const ids = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1))
  return { ids, anchor: order[from] ?? id }
}

export const selectAll = (order: readonly string[]): Selection => ({
  ids: new Set(order),
  ...(order[0] !== undefined && { anchor: order[0] }),
})

/** Without rows that are gone: moved, trashed or filtered away. */
export function prune(selection: Selection, order: readonly string[]): Selection {
  const there = new Set(order)
  const ids = [...selection.ids].filter((id) => there.has(id))
  if (ids.length === selection.ids.size) return selection
  const { anchor } = selection
  return { ids: new Set(ids), ...(anchor !== undefined && there.has(anchor) && { anchor }) }
}
