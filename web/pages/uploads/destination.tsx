import { Group, Select, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import type { Destination } from '../../upload/item.ts'
import { booksQuery } from '../library/queries.ts'
import { may, placeOfChapter } from '../library/rights.ts'

interface Props {
  chapterId: string | undefined
  onChange: (chapterId: string) => void
}

/** Where new files go: any chapter the reader may add to. */
export function DestinationSelect({ chapterId, onChange }: Props) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery)
  if (books.isError) return <ErrorNotice error={books.error} onRetry={() => books.refetch()} />
  if (!books.data) return <Skeleton height={36} width={280} />
  const options = optionsOf(books.data)
  if (options.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('uploads.to_none')}
      </Text>
    )
  }
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed" component="span" aria-hidden>
        {t('uploads.to')}
      </Text>
      <Select
        aria-label={t('uploads.to_hint')}
        data={options}
        value={chapterId ?? null}
        onChange={(value) => value && onChange(value)}
        allowDeselect={false}
        searchable
        maxDropdownHeight={320}
        comboboxProps={{ width: 320, position: 'bottom-start' }}
        renderOption={({ option }) => option.label.split(' › ').slice(1).join(' › ')}
        w={280}
      />
    </Group>
  )
}

const optionsOf = (books: readonly Book[]) =>
  books
    .map((book) => ({
      group: book.name,
      items: book.chapters
        .filter((chapter) => may(chapter.role, 'contributor'))
        .map((chapter) => ({ value: chapter.id, label: `${book.name} › ${chapter.name}` })),
    }))
    .filter((group) => group.items.length > 0)

/** The destination of a chapter id; undefined when files may not be added there. */
export function destinationOf(
  books: readonly Book[],
  chapterId: string,
  folder = '',
): Destination | undefined {
  const place = placeOfChapter(books, chapterId)
  if (!place || !may(place.chapter.role, 'contributor')) return undefined
  return { chapterId, chapterName: place.chapter.name, bookName: place.book.name, folder }
}
