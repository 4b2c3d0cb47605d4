/** Which versions are compared, and how they are shown. */
export interface CompareSearch {
  from?: string | undefined
  to?: string | undefined
  /** The document that `from` is a version of, where it is not this one. */
  with?: string | undefined
  /** Pictures of the pages instead of the words. */
  view?: 'pages' | undefined
  /** One text below the other's words instead of two columns. */
  layout?: 'inline' | undefined
  /** Pages that are the same too. */
  all?: true | undefined
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Reads the address; whatever does not fit is left out. */
export function compareSearch(raw: Record<string, unknown>): CompareSearch {
  const all = {
    from: text(raw.from),
    to: text(raw.to),
    with: text(raw.with),
    view: raw.view === 'pages' ? raw.view : undefined,
    layout: raw.layout === 'inline' ? raw.layout : undefined,
    all: raw.all === true ? raw.all : undefined,
  }
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as CompareSearch
}
