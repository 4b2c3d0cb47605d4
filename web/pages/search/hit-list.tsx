import type { KeyboardEvent, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { SearchPage } from '../../api-types.ts'
import { LoadMore } from '../../parts/load-more.tsx'
import { byFile } from './by-file.ts'
import { HitRow } from './hit-row.tsx'
import classes from './search.module.css'

interface Props {
  pages: readonly SearchPage[]
  query: string
  list: RefObject<HTMLOListElement | null>
  hasMore: boolean
  loadingMore: boolean
  onMore: () => void
}

/** The hits in order. Arrow keys walk through them, Enter opens, up from the first goes back. */
export function HitList({ pages, query, list, hasMore, loadingMore, onMore }: Props) {
  const { t } = useTranslation()
  const byWordsOnly = pages[0]?.embedder.builtin ?? false
  return (
    <>
      <ol ref={list} className={classes.list} onKeyDown={walk} aria-label={t('search.hits')}>
        {pages
          .flatMap((page) => byFile(page.hits))
          .map((file, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: hits only ever grow at the end
            <li key={`${file.best.version_id}:${index}`}>
              <HitRow file={file} query={query} byWordsOnly={byWordsOnly} />
            </li>
          ))}
      </ol>
      {!hasMore && byWordsOnly && <p className={classes.foot}>{t('search.by_words_only')}</p>}
      {hasMore && <LoadMore loading={loadingMore} onMore={onMore} />}
    </>
  )
}

/** Moves the focus to the next or previous hit. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-hit]')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  event.preventDefault()
  const next = links[at + step]
  if (next) next.focus()
  else if (step < 0) document.getElementById('search-box')?.focus()
}
