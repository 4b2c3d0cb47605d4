import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { answer, api } from '../../api.ts'
import type { SearchQuery } from '../../api-types.ts'
import { changedSince, type SearchState } from './state.ts'

const PAGE = 20

const queryOf = (state: SearchState): SearchQuery => ({
  q: state.q ?? '',
  limit: PAGE,
  ...(state.type && { type: state.type }),
  ...(state.book && { book: state.book }),
  ...(state.chapter && { chapter: state.chapter }),
  ...(state.changed && { from: String(changedSince(state.changed, Date.now())) }),
  ...(state.sort && { sort: state.sort }),
})

/** Pages of hits for what the address says; the last ones stay in sight while new ones load. */
export const useHits = (state: SearchState) =>
  useInfiniteQuery({
    queryKey: ['search', queryOf(state)],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/search', {
          params: { query: { ...queryOf(state), ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: state.q !== undefined,
    placeholderData: keepPreviousData,
  })

export interface SearchAddress {
  state: SearchState
  /** Changes some of the state. `step` makes it a step of the browser's history. */
  change: (part: Partial<SearchState>, options?: { step: boolean }) => void
}

/** The state of the search in the address, and the way to change it. */
export function useSearchAddress(): SearchAddress {
  const state = useSearch({ from: '/app/search' })
  const navigate = useNavigate({ from: '/search' })
  const router = useRouter()
  return {
    state,
    change: (part, options = { step: true }) => {
      // The next page may be on its way already; a search that comes late must not call it back.
      if (router.latestLocation.pathname !== '/search') return
      void navigate({
        search: (before) => withoutEmpty({ ...before, ...part }),
        replace: !options.step,
        resetScroll: false,
      })
    },
  }
}

const withoutEmpty = (state: Partial<SearchState>): SearchState =>
  Object.fromEntries(
    Object.entries(state).filter(
      ([, value]) =>
        value !== undefined && value !== '' && !(Array.isArray(value) && !value.length),
    ),
  )
