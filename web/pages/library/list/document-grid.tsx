import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Columns, type View } from './columns.tsx'
import classes from './grid.module.css'
import { type Command, handleGridKey } from './grid-keys.ts'
import { RowGroup } from './grid-parts.tsx'
import { GridRow } from './grid-row.tsx'
import { type Row, rowId } from './rows.ts'
import { NOTHING, type Selection, selectAll } from './selection.ts'
import type { Sort, SortBy } from './sort.ts'
import { HEAD_HEIGHT, useVirtualRows } from './use-virtual-rows.ts'

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
  const { rows, hasMore, selection, onSelect } = props
  const { t } = useTranslation()
  const { scroller, virtual, pageRows } = useVirtualRows(rows, hasMore, props.onNearEnd)
  const [active, setActive] = useState(0)
  const activeIndex = Math.min(active, Math.max(0, rows.length - 1))
  const activeRow = rows[activeIndex]
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    handleGridKey(event, {
      rows,
      activeIndex,
      setActive(index) {
        setActive(index)
        virtual.scrollToIndex(index)
      },
      pageRows: pageRows(),
      selection,
      setSelection: onSelect,
      onOpen: props.onOpen,
      onCommand: (command, row) => props.onCommand(command, row, cornerOf(row)),
    })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot place its rows one by one
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-multiselectable
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      {...(activeRow && { 'aria-activedescendant': rowId(activeRow) })}
      tabIndex={0}
      className={classes.grid}
      data-view={props.view}
      onKeyDown={onKeyDown}
    >
      <Head {...props} />
      <Rows {...props} virtual={virtual} activeIndex={activeIndex} onActivate={setActive} />
      {hasMore && <p className={classes.more}>{t('common.loading')}</p>}
    </div>
  )
}

const documentIds = (rows: readonly Row[]) =>
  rows.filter((row) => row.kind === 'document').map((row) => row.id)

function Head({ view, sort, onSort, rows, selection, onSelect }: Props) {
  const documents = documentIds(rows)
  const chosen = selection.ids.size
  const all = chosen > 0 && chosen === documents.length
  return (
    <Columns
      view={view}
      sort={sort}
      onSort={onSort}
      selected={all ? 'all' : chosen > 0 ? 'some' : 'none'}
      onSelectAll={() => onSelect(all ? NOTHING : selectAll(documents))}
    />
  )
}

interface RowsProps extends Props {
  virtual: ReturnType<typeof useVirtualRows>['virtual']
  activeIndex: number
  onActivate: (index: number) => void
}

function Rows({ rows, virtual, activeIndex, onActivate, ...props }: RowsProps) {
  const order = documentIds(rows)
  return (
    <RowGroup className={classes.body} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ key, index, start, size }) => {
        const row = rows[index]
        return row === undefined ? null : (
          <GridRow
            key={key}
            row={row}
            index={index}
            active={index === activeIndex}
            selection={props.selection}
            order={order}
            onSelect={props.onSelect}
            onActivate={() => onActivate(index)}
            onMenu={(at) => props.onCommand('menu', row, at)}
            style={{ height: size, transform: `translateY(${start - HEAD_HEIGHT}px)` }}
          >
            {props.renderCells(row)}
          </GridRow>
        )
      })}
    </RowGroup>
  )
}

/** Where the keyboard opens a row's menu: below its first line. */
function cornerOf(row: Row): { x: number; y: number } {
  const box = document.getElementById(rowId(row))?.getBoundingClientRect()
  return box ? { x: box.left + 64, y: box.top + 28 } : { x: 0, y: 0 }
}
