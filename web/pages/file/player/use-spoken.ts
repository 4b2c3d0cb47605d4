import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { textQuery } from '../queries.ts'
import { type Spoken, spokenOf } from './segments.ts'

/** All that is said in a version, page after page: the player may be anywhere in it. */
export function useSpoken(documentId: string, version: string) {
  const query = useInfiniteQuery(textQuery(documentId, version))
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage])
  const spoken = useMemo<Spoken[]>(
    () => spokenOf(data?.pages.flatMap((page) => page.parts) ?? []),
    [data],
  )
  return { spoken, isPending: query.isPending, error: query.error, refetch: query.refetch }
}
