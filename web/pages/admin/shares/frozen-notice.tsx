import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import classes from './shares.module.css'
import { useShareActions } from './use-share-actions.ts'

/** Why a share is frozen, and the way out; or what else is wrong with it; or nothing. */
export function FrozenNotice({ share }: { share: Share }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { release } = useShareActions(share)
  const { status } = share
  if (status?.frozen_reason) {
    const when = format.dateTime(status.frozen_at ?? Date.now())
    return (
      <Notice tone="bad" title={t('shares.frozen')}>
        <p className={classes.reasonLine}>{status.frozen_reason}</p>
        <p className={classes.reasonLine}>{t('shares.frozen_since', { when })}</p>
        <Button size="xs" variant="default" onClick={() => void release()}>
          {t('shares.release')}
        </Button>
      </Notice>
    )
  }
  if (!status?.error) return null
  return (
    <Notice tone="bad" title={t('admin.shares.trouble')}>
      {status.error}
    </Notice>
  )
}
