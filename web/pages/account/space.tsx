import { Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import { useSession } from '../../session.ts'
import { Card } from './card.tsx'

/** How much the reader has put in, and how much more may come. */
export function Space() {
  const { t } = useTranslation()
  const { bytes } = useFormat()
  const { used_bytes: used, quota_bytes: quota } = useSession()
  return (
    <Card title={t('account.space.title')} hint={t('account.space.hint')}>
      <div>
        {quota === null
          ? t('account.space.used', { used: bytes(used) })
          : t('account.space.used_of', { used: bytes(used), quota: bytes(quota) })}
      </div>
      {quota !== null && (
        <Progress
          value={Math.min(100, (used / quota) * 100)}
          {...(used > quota * 0.9 && { color: 'red' })}
          aria-label={t('account.space.title')}
        />
      )}
    </Card>
  )
}
