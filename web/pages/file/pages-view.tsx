import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../api-types.ts'
import { useFormat } from '../../parts/format.ts'
import classes from './picture.module.css'

/** What is left to see of the page before. */
const GAP_PX = 16

interface Props {
  document: DocumentFull
  count: number
  /** To begin with, from 1. */
  page?: number | undefined
}

/** The pages of a scan that no browser turns over, one below the other; each comes when it is near. */
export function PagesView({ document, count, page }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const scroller = useRef<HTMLElement>(null)
  const { page_count: pages, metadata } = document.details
  const total = format.number(pages ?? count)
  useEffect(() => {
    const frame = scroller.current
    const wanted = page && frame?.querySelector(`[data-page="${page}"]`)
    if (!frame || !wanted) return
    frame.scrollTop +=
      wanted.getBoundingClientRect().top - frame.getBoundingClientRect().top - GAP_PX
  }, [page])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section ref={scroller} className={classes.pages} aria-label={t('file.pdf.label')} tabIndex={0}>
      {Array.from({ length: count }, (_, at) => at + 1).map((number) => (
        <figure key={number} className={classes.page} data-page={number}>
          <img
            className={classes.sheet}
            src={`/api/v1/documents/${document.id}/preview?page=${number}`}
            alt={t('read.page', { number: format.number(number) })}
            // Room for what is not loaded yet, so that the page that is meant is met.
            width={metadata.width}
            height={metadata.height}
            loading="lazy"
          />
          <figcaption className={classes.number}>
            {t('file.page_of', { number: format.number(number), total })}
          </figcaption>
        </figure>
      ))}
      {pages !== null && pages > count && (
        <p className={classes.number}>
          {t('file.pages_cut', { count, total: format.number(count) })}
        </p>
      )}
    </section>
  )
}
