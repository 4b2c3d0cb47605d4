import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../api-types.ts'
import { CopyIcon } from '../../../parts/copy.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import styles from './models.module.css'
import { useModelActions } from './use-model-actions.tsx'

interface Props {
  kind: Model['kind']
  models: readonly Model[]
  /** Adds one, where there is none. */
  command: string | undefined
}

/** The models of a kind: what each is, takes and gives. */
export function KindCard({ kind, models, command }: Props) {
  const { t } = useTranslation()
  return (
    <section className={`${classes.card} ${styles.wide}`}>
      <h2 className={classes.cardTitle}>{t(`models.kind.${kind}`)}</h2>
      <p className={classes.cardText}>{t(`models.about.${kind}`)}</p>
      {command && (
        <div className={styles.missing}>
          <p>{t('models.missing')}</p>
          <code>{command}</code>
          <CopyIcon text={command} label={t('models.copy_command')} />
        </div>
      )}
      {models.length > 0 && <ModelTable kind={kind} models={models} />}
    </section>
  )
}

function ModelTable({ kind, models }: Pick<Props, 'kind' | 'models'>) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by keys too
    <section className={styles.scroll} tabIndex={0} aria-label={t(`models.kind.${kind}`)}>
      <table className={styles.table}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(`models.column.${column}`)}
              </th>
            ))}
            <th>
              <span className="of-hidden">{t('models.column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <ModelRow key={model.name} model={model} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const COLUMNS = ['name', 'size', 'licence', 'checksums', 'memory', 'speed'] as const

function ModelRow({ model }: { model: Model }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { measured } = model
  return (
    <tr>
      <th scope="row">
        {model.name}
        {model.in_use && <small>{t('models.in_use')}</small>}
      </th>
      <td className="of-num">{format.bytes(model.size_bytes)}</td>
      <td>{model.licence ?? t('models.licence_unknown')}</td>
      <td>
        <Checksums model={model} />
        {model.checksum && (
          <small className={styles.checksum} title={`SHA-256 ${model.checksum}`}>
            {model.checksum.slice(0, 12)}…
          </small>
        )}
      </td>
      <td className="of-num">
        {measured ? format.bytes(measured.memory_bytes) : t('models.not_measured')}
      </td>
      <td className="of-num">
        {measured
          ? t(`models.speed.${model.kind}`, {
              speed: format.number(Math.round(measured.per_second * 10) / 10),
            })
          : t('models.not_measured')}
      </td>
      <td>
        <Actions model={model} />
      </td>
    </tr>
  )
}

/** By the sizes as they are, and by the last time that all was read. */
function Checksums({ model: { state, verified } }: { model: Model }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (state === 'broken' || (verified && verified.wrong.length > 0)) {
    return <Pill tone="bad" label={t('models.state.broken')} />
  }
  if (state === 'whole' && verified) {
    return <Pill tone="good" label={t('models.state.verified', { ago: format.ago(verified.at) })} />
  }
  const tone = state === 'unverified' ? 'warn' : 'good'
  return <Pill tone={tone} label={t(`models.state.${state}`)} />
}

function Actions({ model }: { model: Model }) {
  const { t } = useTranslation()
  const { measure, verify, remove } = useModelActions()
  const { name } = model
  return (
    <div className={styles.buttons}>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('models.measure_name', { name })}
        onClick={() => measure.mutate(name)}
      >
        {t('models.measure')}
      </Button>
      {(model.state === 'whole' || model.state === 'broken') && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('models.verify_name', { name })}
          onClick={() => verify.mutate(name)}
        >
          {t('models.verify')}
        </Button>
      )}
      {model.state !== 'builtin' && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('models.remove_name', { name })}
          onClick={() => void remove(model)}
        >
          {t('models.remove.verb')}
        </Button>
      )}
    </div>
  )
}
