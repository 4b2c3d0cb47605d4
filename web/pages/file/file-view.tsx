import { SegmentedControl, Skeleton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { type DocumentFull, kindOf, type Version } from '../../api-types.ts'
import classes from './file.module.css'
import { MediaView } from './media-view.tsx'
import type { FileSearch } from './place.ts'
import { contentAddress } from './queries.ts'
import { TextView } from './text/text-view.tsx'

/** pdf.js weighs more than the rest of the page: it comes when the first PDF is opened. */
const PdfView = lazy(() => import('./pdf/pdf-view.tsx').then((all) => ({ default: all.PdfView })))

/** Pictures every browser draws; others are shown by their preview. */
const DRAWN = /^image\/(png|jpeg|gif|webp|avif|bmp)$/

interface Props {
  document: DocumentFull
  /** The version on the screen. */
  shown: Version
  place: FileSearch
}

/** The file itself: as it is where the browser can, else its words. */
export function FileView({ document, shown, place }: Props) {
  const asItIs = hasOriginal(document, shown)
  const both = asItIs && document.details.passages > 0
  const text = place.view === 'text' || !asItIs
  return (
    <div className={classes.view}>
      {both && <ViewSwitch text={text} />}
      <div className={classes.frame}>
        {text ? (
          <TextView document={document} place={place} kind={shown.kind} />
        ) : (
          <Original document={document} shown={shown} place={place} />
        )}
      </div>
    </div>
  )
}

function hasOriginal(document: DocumentFull, { kind, media_type }: Version): boolean {
  if (kind === 'image') return DRAWN.test(media_type) || document.has_preview
  return kind === 'audio' || kind === 'video' || media_type === 'application/pdf'
}

function Original({ document, shown, place }: Props) {
  const kind = kindOf(shown.kind)
  if (kind === 'audio' || kind === 'video' || kind === 'image') {
    const preview = `/api/v1/documents/${document.id}/preview`
    const drawn = kind !== 'image' || DRAWN.test(shown.media_type)
    const url = drawn ? contentAddress(shown.id, true) : preview
    return <MediaView key={shown.id} kind={kind} url={url} name={document.name} />
  }
  return (
    <Suspense fallback={<Skeleton height="100%" />}>
      <PdfView url={contentAddress(shown.id, true)} place={place} />
    </Suspense>
  )
}

/** The file as it is, or only its words. */
function ViewSwitch({ text }: { text: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/file/$documentId' })
  return (
    <SegmentedControl
      className={classes.switch ?? ''}
      size="xs"
      aria-label={t('file.view')}
      value={text ? 'text' : 'original'}
      onChange={(view) =>
        void navigate({
          search: (before) => ({ ...before, view: view === 'text' ? 'text' : undefined }),
          replace: true,
          resetScroll: false,
        })
      }
      data={[
        { value: 'original', label: t('file.view_original') },
        { value: 'text', label: t('file.view_text') },
      ]}
    />
  )
}
