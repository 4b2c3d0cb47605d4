import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api.ts'

const WORK_POLL_MS = 5000

/** One document with its details. Looks again while it is still being understood. */
export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ['document', id],
    queryFn: () => answer(api.GET('/api/v1/documents/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => {
      const { understanding, modalities = [], expansion } = state.data ?? {}
      const states = [understanding, expansion?.state, ...modalities.map((each) => each.state)]
      return states.some(isInWork) ? WORK_POLL_MS : false
    },
  })

const isInWork = (state: string | undefined) => state === 'waiting' || state === 'working'

/** The work on its current version, with how far it is. Events make it load again. */
export const jobQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: () => answer(api.GET('/api/v1/jobs/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null,
  })

/** What is almost the same as its current version. Looks again while that is not known yet. */
export const nearQuery = (id: string, versionId: string) =>
  queryOptions({
    queryKey: ['document', id, 'near', versionId],
    queryFn: () => answer(api.GET('/api/v1/documents/{id}/near', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? WORK_POLL_MS : false),
  })

const HISTORY_PAGE = 100

/** Its versions, newest first, page by page. */
export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['document', id, 'versions'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/documents/{id}/versions', {
          params: {
            path: { id },
            query: { limit: HISTORY_PAGE, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** One version of it. */
export const versionQuery = (documentId: string, id: string) =>
  queryOptions({
    queryKey: ['document', documentId, 'version', id],
    queryFn: () => answer(api.GET('/api/v1/versions/{id}', { params: { path: { id } } })),
  })

/** The text of a document's current version, or of another one, page by page. */
export const textQuery = (id: string, version: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['document', id, 'text', version],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/documents/{id}/text', {
          params: {
            path: { id },
            query: { ...(version && { version }), ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 60_000,
  })

/** Address of what is said in a version, as captions or to be read. */
export const transcriptAddress = (id: string, version: string, format: 'vtt' | 'txt'): string =>
  `/api/v1/documents/${encodeURIComponent(id)}/transcript?format=${format}&version=${encodeURIComponent(version)}`

/** Address of the bytes of a version, to show or to save. */
export const contentAddress = (versionId: string, inline: boolean): string =>
  `/api/v1/versions/${encodeURIComponent(versionId)}/content${inline ? '?disposition=inline' : ''}`
