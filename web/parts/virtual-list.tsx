import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import classes from './virtual-list.module.css'

interface Props<T> {
  items: readonly T[]
  keyOf: (item: T) => string
  /** Every row has this height in pixels; `useRowHeight()` follows the density setting. */
  rowHeight: number
  /** What the list holds, for screen readers. */
  label: string
  renderRow: (item: T, index: number) => ReactNode
  /** Called when the reader nears the end: load the next page. */
  onNearEnd?: () => void
  /** Height of the list; the default fills its parent. */
  height?: string
}

const NEAR = 12

/** A list that draws only the rows in sight, however long it is. */
export function VirtualList<T>(props: Props<T>) {
  const { items, keyOf, rowHeight, label, renderRow, onNearEnd, height = '100%' } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // Rows are of one height, so it need not know which is which: it would ask for every item's key
    // whenever the list is drawn.
    overscan: 8,
  })
  const visible = rows.getVirtualItems()
  const last = visible.at(-1)?.index ?? 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new row height moves every row
  useEffect(() => rows.measure(), [rows, rowHeight])
  useEffect(() => {
    if (items.length > 0 && last >= items.length - NEAR) onNearEnd?.()
  }, [last, items.length, onNearEnd])

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <div ref={scroller} className={classes.scroller} style={{ height }} tabIndex={0}>
      <ul aria-label={label} className={classes.list} style={{ height: rows.getTotalSize() }}>
        {visible.map((row) => {
          const item = items[row.index]
          return item === undefined ? null : (
            <li
              key={keyOf(item)}
              className={classes.row}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
            >
              {renderRow(item, row.index)}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
