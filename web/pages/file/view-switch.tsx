import { SegmentedControl } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DocumentFull, Version } from '../../api-types.ts'

/** Whether every browser draws pictures of this type; others are shown by their preview. */
export const isDrawn = (mediaType: string): boolean =>
  /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(mediaType)

/** Whether a browser can show this version as it is. */
export function hasOriginal(document: DocumentFull, { kind, media_type }: Version): boolean {
  if (kind === 'image') return isDrawn(media_type) || document.has_preview
  return kind === 'audio' || kind === 'video' || media_type === 'application/pdf'
}

/** Whether it can be shown as it is, and has words too. */
export const hasBothViews = (document: DocumentFull, shown: Version): boolean =>
  hasOriginal(document, shown) && document.details.passages > 0

/** The file as it is, or only its words. */
export function ViewSwitch({ text }: { text: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/file/$documentId' })
  return (
    <SegmentedControl
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
