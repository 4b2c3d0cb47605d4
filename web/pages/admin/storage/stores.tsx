import { Button } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Store } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { toast } from '../../../parts/toast.tsx'
import classes from '../admin.module.css'
import styles from './storage.module.css'

const storesQuery = queryOptions({
  queryKey: ['stores'],
  queryFn: () => answer(api.GET('/api/v1/providers')),
  select: ({ items }) => items,
  refetchInterval: 15_000,
})

/** Further stores and how far their copies are; not there when there are none. */
export function Stores() {
  const { t } = useTranslation()
  const { data: stores = [] } = useQuery(storesQuery)
  if (stores.length === 0) return null
  return (
    <section className={`${classes.card} ${styles.wide}`}>
      <h2 className={classes.cardTitle}>{t('admin.stores.title')}</h2>
      <p className={classes.cardText}>{t('admin.stores.text')}</p>
      {stores.map((store) => (
        <StoreFigures key={store.name} store={store} />
      ))}
    </section>
  )
}

function StoreFigures({ store }: { store: Store }) {
  const { t } = useTranslation()
  const format = useFormat()
  const retry = useRetry()
  const time = (at: number | null) => (at === null ? t('common.none') : format.dateTime(at))
  const contents = (count: number, bytes: number) =>
    t('admin.stores.contents', { count, size: format.bytes(bytes) })
  const isBehind = store.waiting + store.failed > 0
  const rows = [
    ['stored', contents(store.stored, store.stored_bytes)],
    ['waiting', contents(store.waiting, store.waiting_bytes)],
    ['failed', format.number(store.failed)],
    ['last_verified', time(store.last_verified_at)],
    ['oldest_verified', time(store.oldest_verified_at)],
    ...(isBehind && store.last_error ? [['last_error', store.last_error] as const] : []),
  ] as const
  return (
    <section aria-label={store.name}>
      <h3 className={styles.store}>
        {store.name}
        <State store={store} />
      </h3>
      <dl className={styles.rows}>
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`admin.stores.row.${key}`)}</dt>
            <dd className="of-num">{value}</dd>
          </div>
        ))}
      </dl>
      {isBehind && (
        <Button
          size="compact-sm"
          variant="default"
          loading={retry.isPending}
          onClick={() => retry.mutate(store.name)}
        >
          {t('admin.stores.retry')}
        </Button>
      )}
    </section>
  )
}

function State({ store }: { store: Store }) {
  const { t } = useTranslation()
  if (store.failed > 0) return <Pill tone="bad" label={t('admin.stores.state.failed')} />
  if (store.waiting > 0) return <Pill tone="wait" label={t('admin.stores.state.waiting')} />
  return <Pill tone="good" label={t('admin.stores.state.complete')} />
}

function useRetry() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => answer(api.POST('/api/v1/providers/retry', { body: { name } })),
    onSuccess: ({ retried }) => toast.done(t('admin.stores.retried', { count: retried })),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: storesQuery.queryKey }),
  })
}
