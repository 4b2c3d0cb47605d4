import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { ShareProbe } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { Pill } from '../../../parts/status-pill.tsx'
import adminClasses from '../admin.module.css'
import classes from './shares.module.css'

/** Measures a folder, line by line with what to do about it. */
export function ProbeCard({ path }: { path: string }) {
  const { t } = useTranslation()
  const probe = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/shares/probe', { body: { path } })),
  })
  return (
    <section className={adminClasses.card}>
      <div className={classes.head}>
        <div className={classes.words}>
          <h2 className={adminClasses.cardTitle}>{t('shares.probe.title')}</h2>
          <p className={adminClasses.cardText}>{t('shares.probe.text')}</p>
        </div>
        <Button
          size="xs"
          variant="default"
          loading={probe.isPending}
          onClick={() => probe.mutate()}
        >
          {t('shares.probe.run')}
        </Button>
      </div>
      <div aria-live="polite">
        {probe.isError && <ErrorNotice error={probe.error} />}
        {probe.data && <Lines probe={probe.data} />}
      </div>
    </section>
  )
}

function Lines({ probe }: { probe: ShareProbe }) {
  const { t } = useTranslation()
  return (
    <dl className={classes.lines}>
      {probe.lines.map(({ what, level, value, meaning }) => (
        <div key={what}>
          <dt className={classes.lineName}>
            {t(`shares.probe.${what}`)}
            <Pill tone={level} label={t(`shares.probe.${level}`)} />
          </dt>
          <dd className={classes.lineValue}>{value}</dd>
          <dd className={classes.hint}>{meaning}</dd>
        </div>
      ))}
    </dl>
  )
}
