import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Privacy } from '../../../api-types.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import styles from './privacy.module.css'

interface Props {
  mode: Privacy['mode']
  isUsed: boolean
  isBusy: boolean
  onChoose(): void
}

/** One way of taking files in, in plain words. */
export function ModeCard({ mode, isUsed, isBusy, onChoose }: Props) {
  const { t } = useTranslation()
  const facts =
    mode === 'strict'
      ? ([
          ['reveals', t('admin.privacy.strict.reveals')],
          ['whom', t('admin.privacy.strict.whom')],
          ['saves', t('admin.privacy.strict.saves')],
        ] as const)
      : ([
          ['reveals', t('admin.privacy.instant.reveals')],
          ['also', t('admin.privacy.instant.guess')],
          ['whom', t('admin.privacy.instant.whom')],
          ['never', t('admin.privacy.instant.never')],
          ['saves', t('admin.privacy.instant.saves')],
          ['costs', t('admin.privacy.instant.costs')],
        ] as const)
  return (
    <section className={`${classes.card} ${styles.mode}`} data-used={isUsed || undefined}>
      <div className={styles.head}>
        <h2 className={classes.cardTitle}>{t(`admin.privacy.${mode}.name`)}</h2>
        {isUsed && <Pill tone="good" label={t('admin.privacy.used')} />}
      </div>
      <p className={classes.cardText}>{t(`admin.privacy.${mode}.text`)}</p>
      <dl className={styles.facts}>
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{t(`admin.privacy.fact.${name}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {!isUsed && (
        <Button
          className={styles.choose ?? ''}
          variant="default"
          loading={isBusy}
          onClick={onChoose}
        >
          {t(`admin.privacy.choose.${mode}`)}
        </Button>
      )}
    </section>
  )
}
