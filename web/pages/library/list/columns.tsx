import { Checkbox } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './grid.module.css'
import { HeadCell, RowBox } from './grid-parts.tsx'
import type { Sort, SortBy } from './sort.ts'

/** What the list is for: a place in the library, or the trash with other columns. */
export type View = 'place' | 'trash'

interface Column {
  name: 'name' | 'status' | 'version' | 'size' | 'changed' | 'by' | 'place'
  sort?: SortBy
  right?: boolean
}

const COLUMNS: Record<View, readonly Column[]> = {
  place: [
    { name: 'name', sort: 'name' },
    { name: 'status' },
    { name: 'version', right: true },
    { name: 'size', sort: 'size', right: true },
    { name: 'changed', sort: 'updated' },
    { name: 'by' },
  ],
  trash: [
    { name: 'name', sort: 'name' },
    { name: 'place' },
    { name: 'size', sort: 'size', right: true },
    { name: 'changed' },
  ],
}

interface Props {
  view: View
  sort: Sort
  onSort: (by: SortBy) => void
  /** Some, all or none of the rows are selected. */
  selected: 'none' | 'some' | 'all'
  onSelectAll: () => void
}

/** The sticky head of the list: names of the columns, and how it is sorted. */
export function Columns({ view, sort, onSort, selected, onSelectAll }: Props) {
  const { t } = useTranslation()
  const label = (column: Column) =>
    column.name === 'changed' && view === 'trash'
      ? t('library.column.trashed')
      : t(`library.column.${column.name}`)
  return (
    <RowBox aria-rowindex={1} className={classes.head}>
      <HeadCell column="select">
        <Checkbox
          aria-label={t('library.select_all')}
          checked={selected === 'all'}
          indeterminate={selected === 'some'}
          onChange={onSelectAll}
        />
      </HeadCell>
      <HeadCell column="icon">
        <span className="of-hidden">{t('library.column.type')}</span>
      </HeadCell>
      {COLUMNS[view].map((column) => (
        <HeadCell
          key={column.name}
          column={column.name}
          right={column.right ?? false}
          {...(column.sort && { 'aria-sort': sortWord(sort, column.sort) })}
        >
          {column.sort ? (
            <SortButton label={label(column)} by={column.sort} sort={sort} onSort={onSort} />
          ) : (
            label(column)
          )}
        </HeadCell>
      ))}
      <HeadCell column="menu">
        <span className="of-hidden">{t('library.column.actions')}</span>
      </HeadCell>
    </RowBox>
  )
}

const sortWord = (sort: Sort, by: SortBy) =>
  sort.by !== by ? 'none' : sort.order === 'asc' ? 'ascending' : 'descending'

interface SortButtonProps {
  label: string
  by: SortBy
  sort: Sort
  onSort: (by: SortBy) => void
}

function SortButton({ label, by, sort, onSort }: SortButtonProps) {
  const Arrow = sort.order === 'asc' ? IconArrowUp : IconArrowDown
  return (
    <button
      type="button"
      className={classes.sort}
      data-on={sort.by === by || undefined}
      onClick={() => onSort(by)}
    >
      {label}
      {sort.by === by && <Arrow size={12} aria-hidden />}
    </button>
  )
}
