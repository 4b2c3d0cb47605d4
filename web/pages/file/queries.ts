import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api.ts'

const WORK_POLL_MS = 5000

/** One document with its details. Looks again while it is still being understood. */
export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ['document', id],
    queryFn: () => answer(api.GET('/api/v1/documents/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => {
      const word = state.data?.understanding
      return word === 'waiting' || word === 'working' ? WORK_POLL_MS : false
    },
  })

/** Its versions, newest first. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['document', id, 'versions'],
    queryFn: () => answer(api.GET('/api/v1/documents/{id}/versions', { params: { path: { id } } })),
    select: (page) => page.items,
  })

/** Address of the bytes of a version, to show or to save. */
export const contentAddress = (versionId: string, inline: boolean): string =>
  `/api/v1/versions/${encodeURIComponent(versionId)}/content${inline ? '?disposition=inline' : ''}`
