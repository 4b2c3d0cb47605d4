import { queryOptions } from '@tanstack/react-query'
import { answer, api } from './api.ts'

/** Every book and chapter the reader may see. */
export const booksQuery = queryOptions({
  queryKey: ['books'],
  queryFn: () => answer(api.GET('/api/v1/books')),
  staleTime: 30_000,
})
