import { useState } from 'react'

export type SortBy = 'name' | 'updated' | 'size'

export interface Sort {
  by: SortBy
  order: 'asc' | 'desc'
}

const KEY = 'onefold.library_sort'
const FIRST: Sort = { by: 'name', order: 'asc' }

/** Names start at A; dates and sizes start with the newest and the largest. */
export const nextSort = (sort: Sort, by: SortBy): Sort => {
  if (sort.by === by) return { by, order: sort.order === 'asc' ? 'desc' : 'asc' }
  return { by, order: by === 'name' ? 'asc' : 'desc' }
}

/** How lists are sorted, remembered in this browser. */
export function useSort(): [Sort, (by: SortBy) => void] {
  const [sort, setSort] = useState(remembered)
  const change = (by: SortBy) => {
    const next = nextSort(sort, by)
    setSort(next)
    try {
      localStorage.setItem(KEY, `${next.by} ${next.order}`)
    } catch {
      // The order then lasts as long as the page.
    }
  }
  return [sort, change]
}

function remembered(): Sort {
  let kept: string | null = null
  try {
    kept = localStorage.getItem(KEY)
  } catch {
    // Storage may be switched off.
  }
  const [by, order] = (kept ?? '').split(' ')
  const known = by === 'name' || by === 'updated' || by === 'size'
  return known && (order === 'asc' || order === 'desc') ? { by, order } : FIRST
}
