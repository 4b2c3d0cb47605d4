import { IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import classes from '../library.module.css'
import { useSort } from '../list/sort.ts'
import { DocumentList } from './document-list.tsx'
import { useList } from './use-list.ts'

/** What was put into the trash of any chapter the reader may add to. */
export function TrashView({ shelfButton }: { shelfButton: ReactNode }) {
  const { t } = useTranslation()
  const [sort, setSort] = useSort()
  const list = useList({ trashed: 'true', sort: sort.by, order: sort.order })
  return (
    <div className={classes.main}>
      <PageHeader
        title={t('library.trash.title')}
        subtitle={t('library.trash.subtitle')}
        actions={shelfButton}
      />
      <DocumentList
        view="trash"
        label={t('library.trash.title')}
        list={list}
        folders={[]}
        chapterId=""
        showFolder={false}
        sort={sort}
        onSort={setSort}
        tools={<span className="of-dim">{t('library.trash.hint')}</span>}
        empty={
          <EmptyState
            icon={<IconTrash size={26} stroke={1.5} />}
            title={t('library.trash.empty_title')}
          >
            {t('library.trash.empty')}
          </EmptyState>
        }
      />
    </div>
  )
}
