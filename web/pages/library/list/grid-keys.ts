import type { KeyboardEvent } from 'react'
import type { Row } from './rows.ts'
import { extend, NOTHING, type Selection, selectAll, toggle } from './selection.ts'

export interface GridKeys {
  rows: readonly Row[]
  activeIndex: number
  setActive: (index: number) => void
  /** Rows that fit into the window, for the page keys. */
  pageRows: number
  selection: Selection
  setSelection: (selection: Selection) => void
  onOpen: (row: Row) => void
  /** A command on the selected rows, or on the active one when none is selected. */
  onCommand: (command: Command, row: Row) => void
}

export type Command = 'rename' | 'trash' | 'menu'

const COMMANDS: Record<string, Command> = { F2: 'rename', Delete: 'trash', ContextMenu: 'menu' }

/** Handles the keys of the list, after the grid pattern of the ARIA Authoring Practices. */
export function handleGridKey(event: KeyboardEvent, grid: GridKeys): void {
  const row = grid.rows[grid.activeIndex]
  const target = targetOf(event, grid)
  if (target !== undefined) {
    event.preventDefault()
    const index = Math.max(0, Math.min(target, grid.rows.length - 1))
    grid.setActive(index)
    const to = grid.rows[index]
    if (event.shiftKey && to?.kind === 'document') {
      grid.setSelection(extend(anchored(grid, row), documentIds(grid), to.id))
    }
    return
  }
  const command = event.shiftKey && event.key === 'F10' ? 'menu' : COMMANDS[event.key]
  if (event.key === 'Escape' && grid.selection.ids.size > 0) {
    event.preventDefault()
    grid.setSelection(NOTHING)
  } else if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
    event.preventDefault()
    grid.setSelection(selectAll(documentIds(grid)))
  } else if (row && command) {
    event.preventDefault()
    grid.onCommand(command, row)
  } else if (row) handleRowKey(event, grid, row)
}

function handleRowKey(event: KeyboardEvent, grid: GridKeys, row: Row): void {
  if (event.key === 'Enter') {
    event.preventDefault()
    grid.onOpen(row)
  }
  if (event.key === ' ') {
    event.preventDefault()
    if (row.kind === 'document') grid.setSelection(toggle(grid.selection, row.id))
  }
}

function targetOf(event: KeyboardEvent, { activeIndex, rows, pageRows }: GridKeys) {
  switch (event.key) {
    case 'ArrowDown':
      return activeIndex + 1
    case 'ArrowUp':
      return activeIndex - 1
    case 'PageDown':
      return activeIndex + pageRows
    case 'PageUp':
      return activeIndex - pageRows
    case 'Home':
      return 0
    case 'End':
      return rows.length - 1
    default:
      return undefined
  }
}

/** A range starts at the row that was active when nothing was chosen before. */
const anchored = ({ selection }: GridKeys, row: Row | undefined): Selection =>
  selection.anchor === undefined && row ? { ...selection, anchor: row.id } : selection

const documentIds = ({ rows }: GridKeys) =>
  rows.filter((row) => row.kind === 'document').map((row) => row.id)
