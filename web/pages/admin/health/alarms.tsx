import { Button } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Alarm } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { toast } from '../../../parts/toast.tsx'
import classes from '../admin.module.css'
import styles from './health.module.css'

const alarmsQuery = queryOptions({
  queryKey: ['alarms'],
  queryFn: () => answer(api.GET('/api/v1/alarms')),
  select: (page) => page.items,
})

/** Accounts that ask for uploads again and again and send nothing; not there when there are none. */
export function Alarms() {
  const { t } = useTranslation()
  const { data: alarms = [] } = useQuery(alarmsQuery)
  if (alarms.length === 0) return null
  return (
    <section className={`${classes.card} ${styles.wide}`}>
      <h2 className={classes.cardTitle}>{t('admin.health.alarms')}</h2>
      <p className={classes.cardText}>{t('admin.health.alarms_text')}</p>
      <ul className={styles.list}>
        {alarms.map((alarm) => (
          <AlarmItem key={alarm.user_id} alarm={alarm} />
        ))}
      </ul>
    </section>
  )
}

function AlarmItem({ alarm }: { alarm: Alarm }) {
  const { t } = useTranslation()
  const format = useFormat()
  const clear = useClearAlarm()
  return (
    <li className={styles.item}>
      <span>
        <Pill
          tone={alarm.in_force ? 'bad' : 'quiet'}
          label={t(alarm.in_force ? 'admin.health.alarm' : 'admin.health.alarm_over')}
        />
      </span>
      <div>
        <span className={styles.name}>{alarm.user_name}</span>
        <p className={styles.text}>
          {t('admin.health.alarm_what', {
            count: alarm.requests,
            when: format.dateTime(alarm.raised_at),
          })}
        </p>
        <Button
          size="compact-sm"
          variant="default"
          loading={clear.isPending}
          onClick={() => clear.mutate(alarm.user_id)}
          aria-label={t('admin.health.alarm_clear_of', { name: alarm.user_name })}
        >
          {t('admin.health.alarm_clear')}
        </Button>
      </div>
    </li>
  )
}

function useClearAlarm() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (userId: string) =>
      answer(api.DELETE('/api/v1/alarms/{userId}', { params: { path: { userId } } })),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['alarms'] }),
  })
}
