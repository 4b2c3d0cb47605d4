import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFileOff, IconFolderOpen, IconSearch, IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Crumb, Crumbs } from '../../../parts/crumbs.tsx'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { admitted } from '../../../upload/ask-doubtful.tsx'
import type { PickedFile } from '../../../upload/item.ts'
import { useDrop } from '../../../upload/use-drop.ts'
import { useQueue } from '../../../upload/use-queue.ts'
import { UnreadSummary } from '../../activity/unread/unread-summary.tsx'
import { folderPath } from '../address.ts'
import classes from '../library.module.css'
import { useSort } from '../list/sort.ts'
import { foldersQuery } from '../queries.ts'
import { may, type Place } from '../rights.ts'
import { DocumentList } from './document-list.tsx'
import { UploadHere } from './upload-here.tsx'
import { useList } from './use-list.ts'

const TYPING_MS = 250

interface Props {
  place: Place
  folder: string
  /** Button that opens the books on a phone. */
  shelfButton: ReactNode
}

/** A folder of a chapter: what lies in it, and the place to add more. */
export function PlaceView({ place, folder, shelfButton }: Props) {
  const { t } = useTranslation()
  const { book, chapter } = place
  const queue = useQueue()
  const [sort, setSort] = useSort()
  const [filter, setFilter] = useState('')
  const [wanted] = useDebouncedValue(filter.trim(), TYPING_MS)
  const order = { chapter: chapter.id, sort: sort.by, order: sort.order }
  const list = useList(wanted ? { ...order, q: wanted } : { ...order, folder })
  const folders = useQuery(foldersQuery(chapter.id, folder)).data ?? []
  const mayAdd = may(chapter.role, 'contributor')
  const add = (files: readonly PickedFile[]) => {
    const names = { chapterName: chapter.name, bookName: book.name }
    const to = { chapterId: chapter.id, ...names, folder }
    void admitted(book, files).then((taken) => {
      if (taken.length > 0) void queue.add(taken, to, chapter.on_conflict ?? 'ask')
    })
  }
  const { over, handlers } = useDrop(add, mayAdd)
  const name = folder.split('/').at(-1) || chapter.name
  return (
    <div className={classes.main} {...handlers}>
      <PageHeader
        title={name}
        above={<Crumbs items={crumbsOf(place, folder)} />}
        actions={
          <>
            {shelfButton}
            {mayAdd && <UploadHere onPick={add} />}
          </>
        }
      />
      <UnreadSummary of={{ chapter: chapter.id }} mayRetry={mayAdd} />
      <DocumentList
        view="place"
        label={t('library.files_in', { name })}
        list={list}
        folders={wanted ? [] : folders}
        chapterId={chapter.id}
        showFolder={wanted !== ''}
        sort={sort}
        onSort={setSort}
        tools={<Filter value={filter} onChange={setFilter} chapter={chapter.name} />}
        empty={<Empty filtered={wanted !== ''} mayAdd={mayAdd} onPick={add} />}
      />
      {over && (
        <div className={classes.over}>
          <IconUpload size={28} stroke={1.5} aria-hidden />
          {t('library.drop_here', { name })}
        </div>
      )}
    </div>
  )
}

function crumbsOf({ book, chapter }: Place, folder: string): Crumb[] {
  const parts = folder.split('/').filter(Boolean)
  const above = parts.slice(0, -1).map((name, index) => ({
    label: name,
    to: folderPath(chapter.id, parts.slice(0, index + 1).join('/')),
  }))
  const inChapter = parts.length > 0 ? [{ label: chapter.name, to: folderPath(chapter.id) }] : []
  return [{ label: book.name }, ...inChapter, ...above]
}

interface FilterProps {
  value: string
  onChange: (value: string) => void
  chapter: string
}

function Filter({ value, onChange, chapter }: FilterProps) {
  const { t } = useTranslation()
  return (
    <TextInput
      className={classes.filter}
      size="xs"
      type="search"
      leftSection={<IconSearch size={14} />}
      placeholder={t('library.filter')}
      aria-label={t('library.filter_in', { name: chapter })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

interface EmptyProps {
  filtered: boolean
  mayAdd: boolean
  onPick: (files: readonly PickedFile[]) => void
}

function Empty({ filtered, mayAdd, onPick }: EmptyProps) {
  const { t } = useTranslation()
  if (filtered) {
    return (
      <EmptyState
        icon={<IconFileOff size={26} stroke={1.5} />}
        title={t('library.empty.filter_title')}
      >
        {t('library.empty.filter')}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={<IconFolderOpen size={26} stroke={1.5} />}
      title={t('library.empty.title')}
      {...(mayAdd && { action: <UploadHere onPick={onPick} /> })}
    >
      {t(mayAdd ? 'library.empty.add' : 'library.empty.wait')}
    </EmptyState>
  )
}
