import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useRowHeight } from '../../../preferences.ts'
import type { Row } from './rows.ts'

/** Height of the sticky head, in pixels. */
export const HEAD_HEIGHT = 36
/** On a phone a row has two lines. */
const PHONE_ROW = 64
const NEAR_END = 20

/** The rows in sight, and the next page asked for when the reader nears the end. */
export function useVirtualRows(rows: readonly Row[], hasMore: boolean, onNearEnd: () => void) {
  const scroller = useRef<HTMLDivElement>(null)
  const onPhone = useMediaQuery('(max-width: 48em)')
  const comfortable = useRowHeight()
  const rowHeight = onPhone ? PHONE_ROW : comfortable
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    overscan: 8,
  })
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights, other places
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  useEffect(() => {
    if (hasMore && last >= rows.length - NEAR_END) onNearEnd()
  }, [hasMore, last, rows.length, onNearEnd])
  /** Rows that fit into the window, for the page keys. */
  const pageRows = () =>
    Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
  return { scroller, virtual, pageRows }
}
