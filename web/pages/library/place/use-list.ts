import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { DocumentQuery, DocumentRow } from '../../../api-types.ts'
import { NOTHING, prune, type Selection } from '../list/selection.ts'
import { documentsQuery } from '../queries.ts'

const NO_DOCUMENTS: readonly DocumentRow[] = []

/** Documents of one query, loaded as the reader scrolls, with the selection among them. */
export function useList(query: DocumentQuery) {
  const list = useInfiniteQuery(documentsQuery(query))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const documents = useMemo(
    () => list.data?.pages.flatMap((page) => page.items) ?? NO_DOCUMENTS,
    [list.data],
  )
  const [kept, setSelection] = useState<Selection>(NOTHING)
  const selection = useMemo(
    () =>
      prune(
        kept,
        documents.map((each) => each.id),
      ),
    [kept, documents],
  )
  const selected = useMemo(
    () => documents.filter((each) => selection.ids.has(each.id)),
    [documents, selection],
  )
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    documents,
    selection,
    selected,
    setSelection,
    hasMore: hasNextPage,
    onNearEnd,
    isPending: list.isPending,
    error: list.error,
    refetch: list.refetch,
  }
}
