import { IconBook2, IconChevronRight, IconFolder, IconNotebook } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { folderKey, type TreeNode } from './nodes.ts'
import classes from './tree.module.css'
import { treeAction } from './tree-keys.ts'
import { type TreePlace, useTree } from './use-tree.ts'

interface Props {
  books: readonly Book[]
  /** What is shown or chosen now. */
  place: TreePlace | undefined
  /** A chapter or folder was chosen. */
  onPick: (node: TreeNode) => void
  /** What the tree is for, for screen readers. */
  label: string
  /** Lines that cannot be chosen are shown dimmed. */
  canPick?: (node: TreeNode) => boolean
  /** Menu at the end of a line, opened by right click and by the menu key too. */
  menuOf?: (node: TreeNode) => ReactNode
}

const ICONS = { book: IconBook2, chapter: IconNotebook, folder: IconFolder }

/** Books, chapters and folders as a tree, wholly usable with the keyboard. */
export function ShelfTree({ books, place, onPick, label, canPick = () => true, menuOf }: Props) {
  const { nodes, setOpen } = useTree(books, place)
  const selected = place && folderKey(place.chapterId, place.folder)
  const [active, setActive] = useState<string>()
  const list = useRef<HTMLDivElement>(null)
  // One line is in the tab order: the last one focused, else the chosen one, else the first.
  const isThere = (key: string | undefined) => nodes.some((node) => node.key === key)
  const tabbable = [active, selected].find(isThere) ?? nodes[0]?.key

  const focus = (key: string) => {
    setActive(key)
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus()
  }
  const pick = (node: TreeNode) => {
    if (node.kind === 'book') setOpen(node.key, !node.expanded)
    else if (canPick(node)) onPick(node)
  }
  const onKeyDown = (event: KeyboardEvent, node: TreeNode) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return
    const pressed = event.shiftKey && event.key === 'F10' ? 'ContextMenu' : event.key
    const action = treeAction(nodes, node.key, pressed)
    if (!action) return
    event.preventDefault()
    if (action.kind === 'focus') focus(action.key)
    else if (action.kind === 'pick') pick(node)
    else if (action.kind === 'menu') openMenu(event.currentTarget)
    else setOpen(action.key, action.kind === 'expand')
  }

  return (
    <div ref={list} role="tree" aria-label={label}>
      {nodes.map((node) => (
        <div
          key={node.key}
          role="treeitem"
          data-key={node.key}
          data-kind={node.kind}
          className={classes.node}
          style={{ '--level': node.level } as React.CSSProperties}
          aria-level={node.level}
          aria-setsize={node.siblings}
          aria-posinset={node.position}
          aria-selected={node.key === selected}
          {...(node.expandable && { 'aria-expanded': node.expanded })}
          {...(node.kind !== 'book' && !canPick(node) && { 'aria-disabled': true })}
          tabIndex={node.key === tabbable ? 0 : -1}
          onFocus={() => setActive(node.key)}
          onKeyDown={(event) => onKeyDown(event, node)}
          onClick={() => pick(node)}
          onContextMenu={(event) => {
            if (menuOf && openMenu(event.currentTarget)) event.preventDefault()
          }}
        >
          <Line node={node} onTwist={() => setOpen(node.key, !node.expanded)} />
          {menuOf?.(node)}
        </div>
      ))}
    </div>
  )
}

/** The line's menu button opens its menu; false when the line has none. */
function openMenu(line: Element): boolean {
  const button = line.querySelector<HTMLElement>('[aria-haspopup="menu"]')
  button?.click()
  return button !== null
}

function Line({ node, onTwist }: { node: TreeNode; onTwist: () => void }) {
  const format = useFormat()
  const { t } = useTranslation()
  const Shape = ICONS[node.kind]
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; arrow keys do it too */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <span
        className={classes.twist}
        data-open={node.expanded}
        onClick={(event) => {
          if (!node.expandable) return
          event.stopPropagation()
          onTwist()
        }}
      >
        {node.expandable && <IconChevronRight size={16} aria-hidden />}
      </span>
      <Shape size={18} stroke={1.5} className={classes.icon} aria-hidden />
      <span className={`of-clip ${classes.name}`} title={node.name}>
        {node.name}
      </span>
      {node.count !== undefined && node.count > 0 && (
        <span className={`of-num ${classes.count}`}>
          {format.number(node.count)}
          <span className="of-hidden"> {t('library.files_inside', { count: node.count })}</span>
        </span>
      )}
    </>
  )
}
