import { Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../../api-types.ts'
import { useIsOrgAdmin } from '../../../session.ts'
import { folderParams, TRASH_PARAMS } from '../address.ts'
import classes from '../library.module.css'
import { may } from '../rights.ts'
import type { TreeNode } from '../tree/nodes.ts'
import { ShelfTree } from '../tree/shelf-tree.tsx'
import type { TreePlace } from '../tree/use-tree.ts'
import { NodeMenu } from './node-menu.tsx'
import { type ShelfDialog, ShelfDialogs } from './shelf-dialogs.tsx'

const PeopleDrawer = lazy(async () => ({
  default: (await import('../../admin/grants/people-drawer.tsx')).PeopleDrawer,
}))

const RulesDrawer = lazy(async () => ({
  default: (await import('../rules/rules-drawer.tsx')).RulesDrawer,
}))

const placeOf = ({ book, chapter }: TreeNode) => ({ book, ...(chapter && { chapter }) })

interface Props {
  books: readonly Book[]
  place: TreePlace | undefined
  /** Somebody went somewhere: a drawer on a phone closes. */
  onGo?: () => void
}

/** Books, chapters and folders, the trash, and what administrators can do with them. */
export function ShelfPanel({ books, place, onGo }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<ShelfDialog>()
  const [people, setPeople] = useState<TreeNode>()
  const [rules, setRules] = useState<TreeNode>()
  const go = (chapterId: string, folder = '') => {
    void navigate({ to: '/library/$', params: folderParams(chapterId, folder) })
    onGo?.()
  }
  return (
    <>
      <div className={classes.tree}>
        <ShelfTree
          books={books}
          place={place}
          label={t('library.tree')}
          onPick={(node) => node.chapter && go(node.chapter.id, node.folder)}
          menuOf={(node) => (
            <NodeMenu node={node} onDialog={setDialog} onPeople={setPeople} onRules={setRules} />
          )}
        />
      </div>
      <Foot books={books} onNewBook={() => setDialog({ kind: 'new_book' })} onGo={onGo} />
      {dialog && (
        <ShelfDialogs
          dialog={dialog}
          onClose={() => setDialog(undefined)}
          onChapter={(id) => go(id)}
        />
      )}
      {people && (
        <Suspense>
          <PeopleDrawer {...placeOf(people)} onClose={() => setPeople(undefined)} />
        </Suspense>
      )}
      {rules && (
        <Suspense>
          <RulesDrawer {...placeOf(rules)} onClose={() => setRules(undefined)} />
        </Suspense>
      )}
    </>
  )
}

interface FootProps {
  books: readonly Book[]
  onNewBook: () => void
  onGo: (() => void) | undefined
}

function Foot({ books, onNewBook, onGo }: FootProps) {
  const { t } = useTranslation()
  const isOrgAdmin = useIsOrgAdmin()
  const mayTrash = books.some((book) =>
    book.chapters.some((chapter) => may(chapter.role, 'contributor')),
  )
  return (
    <div className={classes.shelfFoot}>
      {isOrgAdmin && (
        <Button
          variant="subtle"
          size="compact-sm"
          justify="flex-start"
          leftSection={<IconPlus size={16} />}
          onClick={onNewBook}
        >
          {t('library.shelf.new_book')}
        </Button>
      )}
      {mayTrash && (
        <Link
          to="/library/$"
          params={TRASH_PARAMS}
          className={classes.trashLink}
          activeProps={{ 'data-active': true }}
          {...(onGo && { onClick: onGo })}
        >
          <IconTrash size={18} stroke={1.5} aria-hidden />
          {t('library.trash.title')}
        </Link>
      )}
    </div>
  )
}
