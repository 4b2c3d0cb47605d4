import { Button } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { MissingWork as Missing } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { toast } from '../../../parts/toast.tsx'
import { stepName } from '../../activity/step-name.ts'
import classes from '../admin.module.css'
import styles from './health.module.css'

const missingQuery = queryOptions({
  queryKey: ['jobs', 'missing'],
  queryFn: () => answer(api.GET('/api/v1/understanding/missing')),
})

const REASONS = [
  'NO_CONVERTER',
  'NO_OCR',
  'NO_FFMPEG',
  'NO_SPEECH_MODEL',
  'NO_IMAGE_MODEL',
] as const

const STEPS = ['extract', 'ocr', 'speech', 'picture', 'preview'] as const

/** What could not be read for want of a program or model, and another go when it has been added. */
export function MissingWork() {
  const { t } = useTranslation()
  const missing = useQuery(missingQuery)
  if (missing.isError)
    return <ErrorNotice error={missing.error} onRetry={() => void missing.refetch()} />
  return (
    <section className={classes.card} aria-labelledby="missing-work">
      <h2 className={classes.cardTitle} id="missing-work">
        {t('read.repeat.title')}
      </h2>
      <p className={classes.cardText}>
        {t(missing.data?.items.length === 0 ? 'read.repeat.none' : 'read.repeat.text')}
      </p>
      <ul className={styles.list}>
        {missing.data?.items.map((item) => (
          <Item key={`${item.step} ${item.reason}`} item={item} />
        ))}
      </ul>
    </section>
  )
}

function Item({ item }: { item: Missing }) {
  const { t } = useTranslation()
  const format = useFormat()
  const repeat = useRepeat()
  const { contents, reason } = item
  const known = REASONS.find((one) => one === reason)
  const step = STEPS.find((one) => one === item.step)
  const name = stepName(t, item.step)
  return (
    <li className={styles.item}>
      <span>
        <Pill
          tone="warn"
          label={t('read.repeat.contents', { count: contents, total: format.number(contents) })}
        />
      </span>
      <div>
        <span className={styles.name}>{name}</span>
        <p className={styles.text}>{t(known ? `read.repeat.how.${known}` : 'read.repeat.other')}</p>
        {step && (
          <Button
            size="xs"
            mt={8}
            variant="default"
            aria-label={t('read.repeat.do_of', { name })}
            loading={repeat.isPending}
            onClick={() => repeat.mutate(step)}
          >
            {t('read.repeat.do')}
          </Button>
        )}
      </div>
    </li>
  )
}

function useRepeat() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (step: (typeof STEPS)[number]) =>
      answer(api.POST('/api/v1/understanding/repeat', { body: { step, only_missing: true } })),
    onSuccess: ({ queued }) => toast.done(t('read.repeat.queued', { count: queued })),
    onError: toast.failed,
    onSettled: () =>
      Promise.all(
        [['jobs'], ['job-stats']].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  })
}
