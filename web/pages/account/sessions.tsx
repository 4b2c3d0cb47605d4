import { Button, Skeleton } from '@mantine/core'
import { IconDeviceLaptop } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import type { SessionRow } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { useFormat } from '../../parts/format.ts'
import { toast } from '../../parts/toast.tsx'
import classes from './account.module.css'
import { browserName } from './browser-name.ts'
import { Card } from './card.tsx'

/** Browsers that are signed in to this account. */
export function Sessions() {
  const { t } = useTranslation()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: () => answer(api.GET('/api/v1/sessions')),
    select: (page) => page.items,
  })
  return (
    <Card
      title={t('account.sessions.title')}
      hint={t('account.sessions.hint')}
      {...((sessions.data?.length ?? 0) > 1 && { action: <EndOthers /> })}
    >
      {sessions.isPending && <Skeleton height={64} />}
      {sessions.isError && (
        <ErrorNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      <ul className={classes.rows}>
        {sessions.data?.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
    </Card>
  )
}

function EndOthers() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/sessions')),
    onSuccess: () => toast.done(t('account.sessions.others_ended')),
    onError: toast.failed,
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
      {t('account.sessions.end_others')}
    </Button>
  )
}

function Row({ session }: { session: SessionRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () =>
      answer(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: () => toast.done(t('account.sessions.ended')),
    onError: toast.failed,
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  })
  const name = browserName(session.user_agent) ?? t('account.sessions.unknown')
  return (
    <li className={classes.row}>
      <IconDeviceLaptop size={18} stroke={1.5} className={classes.rowIcon} aria-hidden />
      <div className={classes.rowWords}>
        <div className={classes.rowName}>
          {name}
          {session.current && <span className={classes.here}>{t('account.sessions.here')}</span>}
        </div>
        <div className={classes.hint}>
          {[
            session.address,
            t('account.sessions.since', { date: format.dateTime(session.created_at) }),
            t('account.sessions.used', { when: format.ago(session.last_used_at) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
      </div>
      {!session.current && (
        <Button
          size="xs"
          variant="default"
          loading={end.isPending}
          onClick={() => end.mutate()}
          aria-label={t('account.sessions.end_named', { name })}
        >
          {t('account.sessions.end')}
        </Button>
      )}
    </li>
  )
}
