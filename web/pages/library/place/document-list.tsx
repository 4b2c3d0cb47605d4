import { Skeleton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { DocumentRow, Folder } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { folderParams } from '../address.ts'
import { DocumentDialogs } from '../dialogs/document-dialogs.tsx'
import classes from '../library.module.css'
import type { View } from '../list/columns.tsx'
import { DocumentCells } from '../list/document-cells.tsx'
import { DocumentGrid } from '../list/document-grid.tsx'
import { FolderCells } from '../list/folder-cells.tsx'
import type { Command } from '../list/grid-keys.ts'
import { actionsFor, RowMenu } from '../list/row-menu.tsx'
import { type Row, rowsOf } from '../list/rows.ts'
import { NOTHING } from '../list/selection.ts'
import { SelectionBar } from '../list/selection-bar.tsx'
import type { Sort, SortBy } from '../list/sort.ts'
import { useDocumentActions } from '../use-document-actions.tsx'
import type { useList } from './use-list.ts'

interface Props {
  view: View
  label: string
  list: ReturnType<typeof useList>
  folders: readonly Folder[]
  chapterId: string
  showFolder: boolean
  sort: Sort
  onSort: (by: SortBy) => void
  /** Filter and counts, shown while nothing is selected. */
  tools: ReactNode
  /** What is said when there is nothing. */
  empty: ReactNode
}

/** A list with its selection, its menu and its dialogs. */
export function DocumentList(props: Props) {
  const { list, folders } = props
  const actions = useDocumentActions()
  const commands = useCommands(props, actions.run)
  const rows = rowsOf(folders, list.documents)
  if (list.error && rows.length === 0) {
    return <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
  }
  return (
    <section className={classes.list} aria-label={props.label}>
      {list.selected.length > 0 ? (
        <SelectionBar
          documents={list.selected}
          onAction={(action) => actions.run(action, list.selected)}
          onClear={() => list.setSelection(NOTHING)}
        />
      ) : (
        <div className={classes.tools}>{props.tools}</div>
      )}
      {list.isPending && <Loading />}
      {!list.isPending && rows.length === 0 && <div className={classes.scroll}>{props.empty}</div>}
      {rows.length > 0 && <Grid {...props} rows={rows} commands={commands} />}
      <RowMenu
        documents={commands.menu?.documents ?? []}
        at={commands.menu}
        onClose={commands.closeMenu}
        onAction={(action) => commands.menu && actions.run(action, commands.menu.documents)}
      />
      <DocumentDialogs
        dialog={actions.dialog}
        onClose={actions.closeDialog}
        refresh={actions.refresh}
      />
    </section>
  )
}

type Run = ReturnType<typeof useDocumentActions>['run']

/** What keys and clicks on rows mean here. */
function useCommands({ view, list, chapterId }: Props, run: Run) {
  const navigate = useNavigate()
  const [menu, setMenu] = useState<{ documents: readonly DocumentRow[]; x: number; y: number }>()
  /** The selection when the row belongs to it, else the row alone. */
  const meant = (row: Row): readonly DocumentRow[] => {
    if (row.kind === 'folder') return []
    return list.selection.ids.has(row.id) ? list.selected : [row.document]
  }
  return {
    menu,
    closeMenu: () => setMenu(undefined),
    open(row: Row) {
      if (row.kind === 'document') run('open', [row.document])
      else {
        const params = folderParams(chapterId, row.folder.path)
        void navigate({ to: '/library/$', params })
      }
    },
    command(command: Command, row: Row, at: { x: number; y: number }) {
      const documents = meant(row)
      if (command === 'menu') setMenu(documents.length > 0 ? { documents, ...at } : undefined)
      else {
        const action = command === 'trash' && view === 'trash' ? 'purge' : command
        if (actionsFor(documents).includes(action)) run(action, documents)
      }
    },
  }
}

interface GridProps extends Props {
  rows: readonly Row[]
  commands: ReturnType<typeof useCommands>
}

function Grid({ view, label, rows, list, commands, ...props }: GridProps) {
  return (
    <DocumentGrid
      view={view}
      label={label}
      rows={rows}
      hasMore={list.hasMore}
      onNearEnd={list.onNearEnd}
      sort={props.sort}
      onSort={props.onSort}
      selection={list.selection}
      onSelect={list.setSelection}
      onOpen={commands.open}
      onCommand={commands.command}
      renderCells={(row) =>
        row.kind === 'folder' ? (
          <FolderCells folder={row.folder} chapterId={props.chapterId} />
        ) : (
          <DocumentCells document={row.document} view={view} showFolder={props.showFolder} />
        )
      }
    />
  )
}

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

function Loading() {
  return (
    <div className={classes.scroll} aria-busy>
      {SKELETON_ROWS.map((key) => (
        <Skeleton key={key} height={20} m="12px" radius="sm" w="auto" />
      ))}
    </div>
  )
}
