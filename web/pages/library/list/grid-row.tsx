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
  const { row, active, selection } = props
  const { choose, onClick, onContextMenu, openMenu } = useRowMouse(props)
  const selected = selection.ids.has(row.id)
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
        {row.kind === 'document' && (
          <SelectBox name={row.document.name} checked={selected} onClick={choose} />
        )}
      </Cell>
      {props.children}
      <Cell column="menu" style={{ gridColumn: '-2 / -1' }}>
        {row.kind === 'document' && <MenuButton name={row.document.name} onClick={openMenu} />}
      </Cell>
    </RowBox>
  )
}

function useRowMouse({ row, selection, order, onSelect, onActivate, onMenu }: Props) {
  const isDocument = row.kind === 'document'
  const select = (event: MouseEvent, single: (id: string) => Selection) => {
    if (!isDocument) return
    onSelect(event.shiftKey ? extend(selection, order, row.id) : single(row.id))
  }
  const addOne = (id: string) => toggle(selection, id)
  const menuAt = (at: { x: number; y: number }) => {
    if (isDocument && !selection.ids.has(row.id)) onSelect(selectOnly(row.id))
    onMenu(at)
  }
  return {
    choose: (event: MouseEvent) => select(event, addOne),
    onClick(event: MouseEvent) {
      onActivate()
      if (isOn(event, 'a, button, input, label')) return
      select(event, event.ctrlKey || event.metaKey ? addOne : selectOnly)
    },
    onContextMenu(event: MouseEvent) {
      // With shift a link keeps the browser's own menu.
      if (event.shiftKey && isOn(event, 'a')) return
      event.preventDefault()
      onActivate()
      menuAt({ x: event.clientX, y: event.clientY })
    },
    openMenu(event: MouseEvent) {
      const box = event.currentTarget.getBoundingClientRect()
      menuAt({ x: box.left, y: box.bottom })
    },
  }
}

const isOn = (event: MouseEvent, selector: string) =>
  event.target instanceof Element && event.target.closest(selector) !== null

interface ControlProps {
  name: string
  onClick: (event: MouseEvent) => void
}

function SelectBox({ name, checked, onClick }: ControlProps & { checked: boolean }) {
  const { t } = useTranslation()
  return (
    <Checkbox
      tabIndex={-1}
      aria-label={t('library.select', { name })}
      checked={checked}
      onClick={onClick}
      readOnly
    />
  )
}

function MenuButton({ name, onClick }: ControlProps) {
  const { t } = useTranslation()
  return (
    <ActionIcon
      tabIndex={-1}
      variant="subtle"
      color="gray"
      aria-haspopup="menu"
      aria-label={t('library.actions_for', { name })}
      onClick={onClick}
    >
      <IconDots size={16} />
    </ActionIcon>
  )
}
