import { ActionIcon, Checkbox } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { CSSProperties, MouseEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './grid.module.css'
import { Cell, RowBox } from './grid-parts.tsx'
import { type Row, rowId } from './rows.ts'
import { extend, type Selection, selectOnly, toggle } from './selection.ts'

interface Props {
  row: Row
  index: number
  active: boolean
  selection: Selection
  /** Ids of all documents as shown, for ranges. */
  order: readonly string[]
  onSelect: (selection: Selection) => void
  onActivate: () => void
  onMenu: (at: { x: number; y: number }) => void
  style: CSSProperties
  children: ReactNode
}

/** One row: a click selects, with shift a range, with control one more; right click is the menu. */
export function GridRow(props: Props) {
  const { row, active, selection, order, onSelect } = props
  const { t } = useTranslation()
  const isDocument = row.kind === 'document'
  const selected = selection.ids.has(row.id)
  const name = isDocument ? row.document.name : row.folder.name
  const choose = (event: MouseEvent, single: (id: string) => Selection) => {
    if (!isDocument) return
    onSelect(event.shiftKey ? extend(selection, order, row.id) : single(row.id))
  }
  const onClick = (event: MouseEvent) => {
    props.onActivate()
    if (event.target instanceof Element && event.target.closest('a, button, input, label')) return
    const more = event.ctrlKey || event.metaKey
    choose(event, more ? (id) => toggle(selection, id) : selectOnly)
  }
  const onContextMenu = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a') && event.shiftKey) return
    event.preventDefault()
    props.onActivate()
    if (isDocument && !selected) onSelect(selectOnly(row.id))
    props.onMenu({ x: event.clientX, y: event.clientY })
  }
  return (
    <RowBox
      id={rowId(row)}
      aria-rowindex={props.index + 2}
      aria-selected={selected}
      data-active={active || undefined}
      className={classes.row}
      style={props.style}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      <Cell column="select">
        {isDocument && (
          <Checkbox
            tabIndex={-1}
            aria-label={t('library.select', { name })}
            checked={selected}
            onClick={(event) => choose(event, (id) => toggle(selection, id))}
            readOnly
          />
        )}
      </Cell>
      {props.children}
      <Cell column="menu" style={{ gridColumn: '-2 / -1' }}>
        {isDocument && (
          <ActionIcon
            tabIndex={-1}
            variant="subtle"
            color="gray"
            aria-haspopup="menu"
            aria-label={t('library.actions_for', { name })}
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect()
              if (!selected) onSelect(selectOnly(row.id))
              props.onMenu({ x: box.left, y: box.bottom })
            }}
          >
            <IconDots size={16} />
          </ActionIcon>
        )}
      </Cell>
    </RowBox>
  )
}
