/** A list as it is on the wire. */
export const pageOf = <T, U>(
  { items, nextCursor }: { items: readonly T[]; nextCursor?: string },
  out: (item: T) => U,
) => ({ items: items.map(out), next_cursor: nextCursor ?? null })

/** A list that is always whole. */
export const wholeList = <T, U>(items: readonly T[], out: (item: T) => U) => pageOf({ items }, out)
