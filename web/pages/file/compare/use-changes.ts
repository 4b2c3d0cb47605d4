import { useHotkeys } from '@mantine/hooks'
import { useEffect, useState } from 'react'

/** The rows that have come so far, and the way to more of them. */
export interface Loading {
  data?: { pages: readonly unknown[] } | undefined
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => Promise<unknown>
}

export interface Changes {
  /** From 1; 0 before the first one was looked at. */
  current: number
  total: number
  step: (by: 1 | -1) => void
  goToRow: (at: number) => void
}

/**
 * Going from change to change, by buttons or the keys N and P. A row that has not come yet is loaded
 * first; then it is brought into sight and gets the focus, so that a screen reader reads on there.
 */
export function useChanges(total: number, loading: Loading): Changes {
  const [current, setCurrent] = useState(0)
  const [wanted, setWanted] = useState<string>()
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = loading
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows may hold what is wanted
  useEffect(() => {
    if (wanted === undefined || isFetchingNextPage) return
    const found = document.querySelector<HTMLElement>(wanted)
    if (!found && hasNextPage) {
      void fetchNextPage()
      return
    }
    setWanted(undefined)
    found?.focus({ preventScroll: true })
    found?.scrollIntoView({ block: 'center' })
  }, [wanted, data, hasNextPage, isFetchingNextPage, fetchNextPage])
  const step = (by: 1 | -1) => {
    const next = Math.min(Math.max(current + by, 1), total)
    if (total === 0) return
    setCurrent(next)
    setWanted(`[data-change="${next}"]`)
  }
  useHotkeys([
    ['n', () => step(1)],
    ['p', () => step(-1)],
  ])
  return { current, total, step, goToRow: (at) => setWanted(`[data-row="${at}"]`) }
}
