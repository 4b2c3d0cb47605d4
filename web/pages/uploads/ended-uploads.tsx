import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import type { EndedUpload } from '../../api-types.ts'
import { useFormat } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import { toast } from '../../parts/toast.tsx'
import { problemWords } from '../../upload/problem-words.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import classes from './ended-uploads.module.css'

const KEY = ['ended-uploads']
/** What is told at once; the next ones follow when these are put away. */
const SHOWN = 20

const endedQuery = queryOptions({
  queryKey: KEY,
  queryFn: () =>
    answer(api.GET('/api/v1/uploads', { params: { query: { state: 'ended', limit: SHOWN } } })),
})

/** Uploads of this account that came to nothing, until somebody has seen it. */
export function EndedUploads({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation()
  const ended = useQuery(endedQuery)
  const dismiss = useDismiss()
  const all = ended.data?.items ?? []
  if (all.length === 0) return null
  // What is still in the queue tells of itself.
  const queued = new Set(queue.items.map((item) => item.docId))
  const uploads = all.filter(({ doc_id }) => !queued.has(doc_id))
  if (uploads.length === 0) return null
  const hasMore = Boolean(ended.data?.next_cursor)
  return (
    <section className={classes.ended} aria-label={t('uploads.ended.list')}>
      <Notice tone="warn" title={t('uploads.ended.title', { count: uploads.length })}>
        {t('uploads.ended.text')}
        <ul className={classes.list}>
          {uploads.map((upload) => (
            <Ended
              key={upload.doc_id}
              upload={upload}
              onDismiss={() => dismiss.mutate([upload.doc_id])}
            />
          ))}
          {hasMore && <li>{t('uploads.ended.more')}</li>}
        </ul>
        {uploads.length > 1 && (
          <Button
            size="xs"
            variant="default"
            loading={dismiss.isPending}
            onClick={() => dismiss.mutate(uploads.map(({ doc_id }) => doc_id))}
          >
            {t('uploads.ended.dismiss_all')}
          </Button>
        )}
      </Notice>
    </section>
  )
}

function Ended({ upload, onDismiss }: { upload: EndedUpload; onDismiss: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const ago = format.ago(upload.updated_at)
  const story =
    upload.status === 'UPLOAD_EXPIRED'
      ? t('uploads.ended.expired', {
          arrived: format.bytes(upload.arrived_bytes),
          size: format.bytes(upload.file_size),
          ago,
        })
      : t('uploads.ended.failed', { ago, why: whyOf(t, upload) })
  const label = t('uploads.ended.dismiss', { name: upload.doc_name })
  return (
    <li className={classes.line}>
      <span className="of-clip">
        <strong>{upload.doc_name}</strong>: {story}
      </span>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onDismiss}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
    </li>
  )
}

const whyOf = (t: ReturnType<typeof useTranslation>['t'], { error, error_code }: EndedUpload) =>
  problemWords(t, { code: error_code ?? 'internal', message: error ?? '' })

function useDismiss() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ids: readonly string[]) =>
      Promise.all(
        ids.map((id) =>
          answer(api.POST('/api/v1/uploads/{id}/dismiss', { params: { path: { id } } })),
        ),
      ),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  })
}
