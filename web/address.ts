/**
 * The query part of the address as plain `name=value`; a name that repeats becomes an array. The
 * router's own form would put quotes and brackets into links people send each other.
 */
export function parseSearch(search: string): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  const all = new URLSearchParams(search)
  for (const name of new Set(all.keys())) {
    const [first = '', ...more] = all.getAll(name)
    values[name] = more.length > 0 ? [first, ...more] : first
  }
  return values
}

/** The opposite of `parseSearch`; empty values are left out. */
export function stringifySearch(values: Record<string, unknown>): string {
  const all = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') all.append(name, String(one))
    }
  }
  return all.size > 0 ? `?${all}` : ''
}
