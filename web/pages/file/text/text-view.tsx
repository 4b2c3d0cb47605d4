import { Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull, Version } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { LoadMore } from '../../../parts/load-more.tsx'
import { center } from '../center.ts'
import type { FileSearch } from '../place.ts'
import { textQuery } from '../queries.ts'
import { ArchiveTable } from './archive-table.tsx'
import { Attachments } from './attachments.tsx'
import { MailHead } from './mail-head.tsx'
import { isLocated, marksIn, partsAt } from './marks.ts'
import { NoText } from './no-text.tsx'
import { PartView } from './part-view.tsx'
import classes from './text.module.css'

interface Props {
  document: DocumentFull
  place: FileSearch
  shown: Version
}

/** The words of a file, part by part, with the passage that was found marked. */
export function TextView({ document, place, shown }: Props) {
  const { t } = useTranslation()
  const text = useText(document.id, place)
  const parts = useMemo(() => text.data?.pages.flatMap((page) => page.parts) ?? [], [text.data])
  const marks = useMemo(() => marksIn(parts, place), [parts, place])
  const scroller = useRef<HTMLElement>(null)
  const isCurrent = shown.id === document.current_version.id
  useShowMark(scroller, marks.size > 0)

  if (text.isPending) return <Skeleton height="100%" aria-hidden />
  if (text.isError) return <ErrorNotice error={text.error} onRetry={() => void text.refetch()} />
  if (parts.length === 0) return <NoText document={document} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section ref={scroller} className={classes.view} aria-label={t('file.text.label')} tabIndex={0}>
      {parts[0]?.entry && (
        <ArchiveTable parts={parts} marks={marks} isExpanded={document.expansion !== null} />
      )}
      {parts.map((part, index) => {
        if (part.entry) return null
        const isMailHead = shown.kind === 'mail' && index === 0
        const View = isMailHead ? MailHead : PartView
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have an order and nothing else
          <div key={index} className={classes.part}>
            <View part={part} marks={marks.get(index) ?? []} line={place.line} />
            {isMailHead && isCurrent && <Attachments document={document} />}
          </div>
        )
      })}
      {text.hasNextPage && (
        <LoadMore
          loading={text.isFetchingNextPage}
          onMore={() => void (text.isFetchingNextPage || text.fetchNextPage())}
        />
      )}
    </section>
  )
}

/** Pages of text; loads on by itself until the part that is meant has come. */
function useText(documentId: string, place: FileSearch) {
  const query = useInfiniteQuery(textQuery(documentId, place.version))
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => {
    if (!hasNextPage || isFetchingNextPage || !isLocated(place)) return
    const parts = data?.pages.flatMap((page) => page.parts) ?? []
    if (partsAt(parts, place).length === 0) void fetchNextPage()
  }, [data, hasNextPage, isFetchingNextPage, fetchNextPage, place])
  return query
}

/** Brings the first mark into sight when it appears. */
function useShowMark(scroller: RefObject<HTMLElement | null>, marked: boolean): void {
  useEffect(() => {
    if (!marked) return
    const first = scroller.current?.querySelector('mark') ?? null
    if (scroller.current && first) center(scroller.current, first)
  }, [scroller, marked])
}
