import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../parts/notice.tsx'
import type { UploadQueue } from '../../upload/queue.ts'
import classes from './uploads.module.css'

/** What needs somebody: failed files, or a session that ended. */
export function Attention({ queue, onShow }: { queue: UploadQueue; onShow: () => void }) {
  const { t } = useTranslation()
  const { failed } = queue.tally.counts
  if (queue.paused === 'signed_out') {
    return (
      <div className={classes.notice}>
        <Notice tone="warn" title={t('uploads.signed_out')}>
          {t('uploads.signed_out_text')}
        </Notice>
      </div>
    )
  }
  if (failed === 0) return null
  return (
    <div className={classes.notice}>
      <Notice tone="bad" title={t('uploads.attention')}>
        {t('uploads.attention_text', { count: failed })}
        <Group gap="sm" mt="sm">
          <Button size="xs" variant="default" onClick={onShow}>
            {t('uploads.show_failed')}
          </Button>
          <Button size="xs" variant="default" onClick={() => queue.retryFailed()}>
            {t('uploads.retry_all')}
          </Button>
        </Group>
      </Notice>
    </div>
  )
}
