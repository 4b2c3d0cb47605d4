import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { type DocumentFull, kindOf, type Version } from '../../api-types.ts'
import classes from './file.module.css'
import { PagesView } from './pages-view.tsx'
import { PictureView } from './picture-view.tsx'
import type { FileSearch } from './place.ts'
import { Player } from './player/player.tsx'
import { contentAddress } from './queries.ts'
import { TextView } from './text/text-view.tsx'
import { hasOriginal, isDrawn } from './view-switch.tsx'

/** pdf.js weighs more than the rest of the page: it comes when the first PDF is opened. */
const PdfView = lazy(() => import('./pdf/pdf-view.tsx').then((all) => ({ default: all.PdfView })))

interface Props {
  document: DocumentFull
  /** The version on the screen. */
  shown: Version
  place: FileSearch
}

/** The file itself: as it is where the browser can, else its words. */
export function FileView({ document, shown, place }: Props) {
  const text = place.view === 'text' || !hasOriginal(document, shown)
  return (
    <div className={classes.view}>
      {text ? (
        <TextView document={document} place={place} shown={shown} />
      ) : (
        <Original document={document} shown={shown} place={place} />
      )}
    </div>
  )
}

function Original({ document, shown, place }: Props) {
  const kind = kindOf(shown.kind)
  if (kind === 'audio' || kind === 'video') {
    return <Player key={shown.id} document={document} shown={shown} place={place} />
  }
  const pages = shown.id === document.current_version.id ? document.details.pages_shown : null
  if (pages !== null) return <PagesView document={document} count={pages} page={place.page} />
  if (kind === 'image') {
    const preview = `/api/v1/documents/${document.id}/preview`
    const url = isDrawn(shown.media_type) ? contentAddress(shown.id, true) : preview
    return <PictureView key={shown.id} url={url} name={document.name} />
  }
  return (
    <Suspense fallback={<Skeleton height="100%" />}>
      <PdfView url={contentAddress(shown.id, true)} place={place} />
    </Suspense>
  )
}
