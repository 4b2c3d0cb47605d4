import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRowHeight } from '../../../preferences.ts'
import { Columns, type View } from './columns.tsx'
import classes from './grid.module.css'
import { type Command, handleGridKey } from './grid-keys.ts'
import { RowGroup } from './grid-parts.tsx'
import { GridRow } from './grid-row.tsx'
import { type Row, rowId } from './rows.ts'
import { NOTHING, type Selection, selectAll } from './selection.ts'
import type { Sort, SortBy } from './sort.ts'

const HEAD_HEIGHT = 36
/** On a phone a row has two lines. */
const PHONE_ROW = 64
const NEAR_END = 20

interface Props {
  view: View
  label: string
  rows: readonly Row[]
  /** Whether more rows can be loaded. */
  hasMore: boolean
  onNearEnd: () => void
  sort: Sort
  onSort: (by: SortBy) => void
  selection: Selection
  onSelect: (selection: Selection) => void
  onOpen: (row: Row) => void
  /** `at` is where the menu opens, in the window. */
  onCommand: (command: Command, row: Row, at: { x: number; y: number }) => void
  renderCells: (row: Row) => ReactNode
}

/** The list of documents: draws the rows in sight, selects, sorts, and obeys the keyboard. */
export function DocumentGrid(props: Props) {
  const { view, rows, hasMore, selection, onSelect, onNearEnd } = props
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const onPhone = useMediaQuery('(max-width: 48em)')
  const comfortable = useRowHeight()
  const rowHeight = onPhone ? PHONE_ROW : comfortable
  const [active, setActive] = useState(0)
  const activeIndex = Math.min(active, Math.max(0, rows.length - 1))
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    overscan: 8,
  })
  const inSight = virtual.getVirtualItems()
  const last = inSight.at(-1)?.index ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights, other places
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  useEffect(() => {
    if (hasMore && last >= rows.length - NEAR_END) onNearEnd()
  }, [hasMore, last, rows.length, onNearEnd])

  const moveTo = (index: number) => {
    setActive(index)
    virtual.scrollToIndex(index)
  }
  const documents = rows.filter((row) => row.kind === 'document').map((row) => row.id)
  const chosen = selection.ids.size
  const all = chosen > 0 && chosen === documents.length
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot place its rows one by one
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-multiselectable
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      {...(rows[activeIndex] && { 'aria-activedescendant': rowId(rows[activeIndex]) })}
      tabIndex={0}
      className={classes.grid}
      data-view={view}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return
        handleGridKey(event, {
          rows,
          activeIndex,
          setActive: moveTo,
          pageRows: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1),
          selection,
          setSelection: onSelect,
          onOpen: props.onOpen,
          onCommand: (command, row) => props.onCommand(command, row, cornerOf(row)),
        })
      }}
    >
      <Columns
        view={view}
        sort={props.sort}
        onSort={props.onSort}
        selected={all ? 'all' : chosen > 0 ? 'some' : 'none'}
        onSelectAll={() => onSelect(all ? NOTHING : selectAll(documents))}
      />
      <RowGroup className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {inSight.map(({ key, index, start, size }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <GridRow
              key={key}
              row={row}
              index={index}
              active={index === activeIndex}
              selection={selection}
              order={documents}
              onSelect={onSelect}
              onActivate={() => setActive(index)}
              onMenu={(at) => props.onCommand('menu', row, at)}
              style={{ height: size, transform: `translateY(${start - HEAD_HEIGHT}px)` }}
            >
              {props.renderCells(row)}
            </GridRow>
          )
        })}
      </RowGroup>
      {hasMore && <p className={classes.more}>{t('common.loading')}</p>}
    </div>
  )
}

/** Where the keyboard opens a row's menu: below its first line. */
function cornerOf(row: Row): { x: number; y: number } {
  const box = document.getElementById(rowId(row))?.getBoundingClientRect()
  return box ? { x: box.left + 64, y: box.top + 28 } : { x: 0, y: 0 }
}
