import { Button, Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ModelWork } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Pill, type Tone } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import styles from './models.module.css'
import { useModelActions } from './use-model-actions.tsx'

const TONES: Record<ModelWork['state'], Tone> = {
  waiting: 'wait',
  running: 'busy',
  asks: 'warn',
  done: 'good',
  failed: 'bad',
}

/** What is done with models now, what asks to be decided, and what failed. */
export function WorkList({ work }: { work: readonly ModelWork[] }) {
  const { t } = useTranslation()
  const shown = work.filter(({ state }) => state !== 'done')
  if (shown.length === 0) return null
  return (
    <section className={`${classes.card} ${styles.wide}`}>
      <h2 className={classes.cardTitle}>{t('models.work.title')}</h2>
      <ul className={styles.work}>
        {shown.map((row) => (
          <WorkRow key={row.id} row={row} />
        ))}
      </ul>
    </section>
  )
}

function WorkRow({ row }: { row: ModelWork }) {
  const { t } = useTranslation()
  const { drop } = useModelActions()
  const name = t(`models.work.task.${row.task}`, { name: row.subject || t('models.work.all') })
  return (
    <li aria-label={name}>
      <div className={styles.head}>
        <span className="of-clip">{name}</span>
        <Pill tone={TONES[row.state]} label={t(`models.work.state.${row.state}`)} />
      </div>
      {row.state === 'running' && row.total > 0 && (
        <Progress value={(row.done / row.total) * 100} aria-label={name} />
      )}
      {row.state === 'asks' && <Asks row={row} />}
      {row.state === 'failed' && <p className={styles.said}>{row.message}</p>}
      {row.state !== 'running' && row.state !== 'asks' && (
        <Button size="compact-sm" variant="default" onClick={() => drop.mutate(row.id)}>
          {t(row.state === 'failed' ? 'models.work.dismiss' : 'models.work.cancel')}
        </Button>
      )}
    </li>
  )
}

/** Who signed, and what comes: for a person to compare with what the sender says. */
function Asks({ row }: { row: ModelWork }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { answerIt, drop } = useModelActions()
  const { fingerprint, models = [] } = row.asks ?? {}
  return (
    <>
      <p className={styles.said}>
        {t(fingerprint ? 'models.work.unknown_key' : 'models.work.older')}
      </p>
      {fingerprint && <code className={styles.fingerprint}>{fingerprint}</code>}
      <ul className={styles.offered}>
        {models.map((model) => (
          <li key={model.name}>
            {t('models.work.offered', {
              name: model.name,
              kind: t(`models.kind.${model.kind}`),
              size: format.bytes(model.size_bytes),
              licence: model.licence,
            })}
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button size="compact-sm" loading={answerIt.isPending} onClick={() => answerIt.mutate(row)}>
          {t(fingerprint ? 'models.work.trust' : 'models.work.take_older')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => drop.mutate(row.id)}>
          {t('models.work.refuse')}
        </Button>
      </div>
    </>
  )
}
