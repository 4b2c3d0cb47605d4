import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Book } from '../../api-types.ts'
import type { Destination } from '../../upload/item.ts'
import { booksQuery } from '../library/queries.ts'
import { may, placeOfChapter } from '../library/rights.ts'
import { destinationOf } from './destination.tsx'

const KEY = 'onefold.upload_to'

/** Where files go from the uploads page: the chapter chosen last in this browser, or the first. */
export function useDestination() {
  const books = useQuery(booksQuery).data
  const [chosen, setChosen] = useState(remembered)
  const destination = books && pick(books, chosen)
  const choose = (chapterId: string) => {
    setChosen(chapterId)
    remember(chapterId)
  }
  const place = books && placeOfChapter(books, destination?.chapterId ?? '')
  return { destination, place, choose }
}

function pick(books: readonly Book[], chosen: string): Destination | undefined {
  const wanted = destinationOf(books, chosen)
  if (wanted) return wanted
  const first = books
    .flatMap((book) => book.chapters)
    .find((chapter) => may(chapter.role, 'contributor'))
  return first && destinationOf(books, first.id)
}

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    // Storage may be switched off; the first chapter is a fair answer.
    return ''
  }
}

/** Remembers a chapter as the one to offer next time. */
export function remember(chapterId: string): void {
  try {
    localStorage.setItem(KEY, chapterId)
  } catch {
    // The choice then lasts as long as the page.
  }
}
