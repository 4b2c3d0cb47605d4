import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Directory } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import { Pill, type Tone } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import { useAdvice } from './advice.ts'
import styles from './directory.module.css'
import { useSync } from './use-sync.ts'

/** When the directory was taken over last, and how that went. */
export function StateCard({ directory }: { directory: Directory }) {
  const { t } = useTranslation()
  const format = useFormat()
  const sync = useSync()
  const advice = useAdvice()
  const state = stateOf(directory)
  const at = (time: number | null) => (time === null ? '–' : format.dateTime(time))
  const rows = [
    ['people', format.number(directory.people)],
    ['groups', format.number(directory.groups)],
    ['synced', at(directory.synced_at)],
    ['next', at(directory.next_sync_at)],
    ['took', directory.took_ms === null ? '–' : format.duration(directory.took_ms)],
  ] as const
  return (
    <section className={classes.card}>
      <div className={styles.head}>
        <h2 className={classes.cardTitle}>{t('directory.state')}</h2>
        <Pill tone={TONES[state]} label={t(`directory.${state}`)} />
      </div>
      {directory.asked_as_people && <Notice tone="info">{t('directory.asked_as_people')}</Notice>}
      {state === 'failed' && <Notice tone="warn">{advice(directory.reason)}</Notice>}
      <dl className={styles.facts}>
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`directory.fact.${key}`)}</dt>
            <dd className="of-num">{value}</dd>
          </div>
        ))}
      </dl>
      {!directory.asked_as_people && (
        <Button
          className={styles.action ?? ''}
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={sync.isPending}
          onClick={() => sync.mutate(undefined)}
        >
          {t('directory.sync')}
        </Button>
      )}
    </section>
  )
}

const TONES = { fine: 'good', stopped: 'warn', failed: 'bad', never: 'wait' } satisfies Record<
  string,
  Tone
>

function stateOf(directory: Directory): keyof typeof TONES {
  const { stopped, reason, synced_at, asked_as_people: isAskedAsPeople } = directory
  if (isAskedAsPeople) return 'fine'
  if (stopped) return 'stopped'
  if (reason !== null) return 'failed'
  return synced_at === null ? 'never' : 'fine'
}
