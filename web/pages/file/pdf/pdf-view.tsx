import { Skeleton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { CannotShow } from '../cannot-show.tsx'
import type { FileSearch } from '../place.ts'
import type { Pdf } from './open-pdf.ts'
import classes from './pdf.module.css'
import { PdfToolbar } from './toolbar.tsx'
import { useFind } from './use-find.ts'
import { useHitMarks, usePdf, usePosition } from './use-pdf.ts'

interface Props {
  /** Address of the bytes. */
  url: string
  place: FileSearch
}

/** A PDF as it is, at the page and with the passage that was asked for. */
export function PdfView({ url, place }: Props) {
  const { t } = useTranslation()
  const container = useRef<HTMLDivElement>(null)
  const opened = usePdf(container, url)
  return (
    <section className={classes.viewer} aria-label={t('file.pdf.label')}>
      {opened.state === 'open' ? (
        <OpenPdfTools pdf={opened.pdf} place={place} />
      ) : (
        <div className={classes.toolbar} />
      )}
      <div className={classes.stage}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable */}
        <div ref={container} className={classes.container} tabIndex={0}>
          <div className="pdfViewer" />
        </div>
        {opened.state === 'loading' && <Skeleton className={classes.waiting ?? ''} />}
        {opened.state === 'failed' && <PdfFailure error={opened.error} />}
      </div>
    </section>
  )
}

interface ToolsProps {
  pdf: Pdf
  place: FileSearch
}

function OpenPdfTools({ pdf, place }: ToolsProps) {
  const position = usePosition(pdf, place.page)
  const find = useFind(pdf)
  const box = useRef<HTMLInputElement>(null)
  const words = place.hit ?? place.q
  useHitMarks(
    pdf,
    place.page && words ? { page: place.page, passage: words, query: place.q ?? '' } : undefined,
  )
  // The browser's own search sees only the pages that are drawn.
  useHotkeys([['mod+F', () => box.current?.focus()]], [])
  return (
    <div className={classes.toolbar}>
      <PdfToolbar pdf={pdf} position={position} find={find} box={box} />
    </div>
  )
}

/** Why the file does not show, as far as the browser can tell. */
function PdfFailure({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const locked = error instanceof Error && error.name === 'PasswordException'
  return (
    <div className={classes.failure}>
      <CannotShow why={locked ? t('file.pdf.locked') : t('file.pdf.broken')} />
    </div>
  )
}
