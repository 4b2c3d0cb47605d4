import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import adminClasses from '../admin.module.css'
import { Facts } from './facts.tsx'
import { ShareState } from './share-state.tsx'
import classes from './shares.module.css'

type Status = NonNullable<Share['status']>

/** How a watched folder is: what its last scan saw, and what waits for somebody. */
export function ShareStateCard({ share, onEntries }: { share: Share; onEntries: () => void }) {
  const { t } = useTranslation()
  return (
    <section className={adminClasses.card}>
      <div className={classes.head}>
        <div className={classes.words}>
          <h2 className={classes.name}>
            {t('shares.state')}
            <ShareState share={share} />
          </h2>
        </div>
        <Button size="xs" variant="default" onClick={onEntries}>
          {t('admin.shares.problems')}
        </Button>
      </div>
      {share.status && <Figures share={share} status={share.status} />}
    </section>
  )
}

function Figures({ share, status }: { share: Share; status: Status }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { number } = format
  const facts = [
    { name: t('admin.shares.last_scan'), value: useLastScan(status) },
    { name: t('shares.seen'), value: status.seen === null ? '–' : number(status.seen) },
    share.mode === 'inbox'
      ? { name: t('shares.moved'), value: number(status.moved) }
      : { name: t('shares.stored'), value: number(status.files) },
    { name: t('admin.shares.pending'), value: number(status.pending) },
    { name: t('admin.shares.failed'), value: number(status.failed), isBad: status.failed > 0 },
    { name: t('admin.shares.missing'), value: number(status.missing), isWarn: status.missing > 0 },
    { name: t('shares.found'), value: number(status.found_by_scan), hint: t('shares.found_hint') },
    { name: t('shares.lost'), value: number(status.events_lost), isWarn: status.events_lost > 0 },
    {
      name: t('shares.changes'),
      value: t(`shares.${status.mode}`),
      ...(status.mode_reason && { hint: status.mode_reason }),
    },
  ]
  return <Facts facts={facts} />
}

function useLastScan({ last_scan_at: at, last_scan_ms: took }: Status): string {
  const { t } = useTranslation()
  const format = useFormat()
  if (at === null) return t('admin.shares.never')
  if (took === null) return format.ago(at)
  return t('shares.took', { ago: format.ago(at), time: format.duration(took) })
}
