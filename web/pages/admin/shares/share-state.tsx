import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { Pill } from '../../../parts/status-pill.tsx'

/** One word for how a watched folder is. */
export function ShareState({ share: { enabled, status } }: { share: Share }) {
  const { t } = useTranslation()
  if (!enabled) return <Pill tone="quiet" label={t('admin.shares.paused')} />
  if (!status) return <Pill tone="wait" label={t('admin.shares.starting')} />
  if (status.frozen_reason || status.error) {
    return <Pill tone="bad" label={t('admin.shares.broken')} />
  }
  return <Pill tone="good" label={t(`admin.shares.mode.${status.mode}`)} />
}
