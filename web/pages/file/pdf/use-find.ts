import { useEffect, useState } from 'react'
import type { Pdf } from './open-pdf.ts'

export interface Find {
  query: string
  /** Which match is shown, from 1; 0 when none is. */
  current: number
  total: number
  search: (query: string) => void
  step: (back: boolean) => void
}

interface Count {
  current: number
  total: number
}

/** Finding words in the open file. */
export function useFind({ events }: Pdf): Find {
  const [query, setQuery] = useState('')
  const [count, setCount] = useState<Count>({ current: 0, total: 0 })
  useEffect(() => {
    const onCount = ({ matchesCount }: { matchesCount: Count }) => setCount(matchesCount)
    events.on('updatefindmatchescount', onCount)
    events.on('updatefindcontrolstate', onCount)
    return () => {
      events.off('updatefindmatchescount', onCount)
      events.off('updatefindcontrolstate', onCount)
    }
  }, [events])

  const ask = (type: '' | 'again', wanted: string, findPrevious: boolean) =>
    events.dispatch('find', {
      source: events,
      type,
      query: wanted,
      caseSensitive: false,
      entireWord: false,
      highlightAll: true,
      matchDiacritics: false,
      findPrevious,
    })
  return {
    query,
    ...count,
    search(wanted) {
      setQuery(wanted)
      if (wanted.trim() === '') {
        setCount({ current: 0, total: 0 })
        events.dispatch('findbarclose', { source: events })
      }
      ask('', wanted, false)
    },
    step: (back) => ask('again', query, back),
  }
}
