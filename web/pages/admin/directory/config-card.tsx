import { useTranslation } from 'react-i18next'
import type { Directory } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import classes from '../admin.module.css'
import styles from './directory.module.css'

const PRESETS = ['auto', 'active-directory', 'samba', 'openldap', 'freeipa'] as const

/** The directory as it is configured, to read. */
export function ConfigCard({ directory }: { directory: Directory }) {
  const { t } = useTranslation()
  const format = useFormat()
  const preset = PRESETS.find((each) => each === directory.preset) ?? 'auto'
  const rows = [
    ['servers', directory.servers.join(', ')],
    ['preset', t(`directory.preset.${preset}`)],
    ['base', directory.base ?? t('directory.found_out')],
    ['bind', directory.bind_dn ?? t('directory.anonymous')],
    ['filter', directory.person_filter ?? t('directory.everybody')],
    ['id', directory.id],
    ['grace', format.duration(directory.grace_ms)],
  ] as const
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('directory.config')}</h2>
      <p className={classes.cardText}>{t('directory.config_text')}</p>
      <dl className={styles.facts}>
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`directory.fact.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
