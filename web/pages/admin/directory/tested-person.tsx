import { useTranslation } from 'react-i18next'
import type { DirectoryTest } from '../../../api-types.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import styles from './directory.module.css'

/** Who somebody would be here, and what they would see. */
export function TestedPerson({ person }: { person: NonNullable<DirectoryTest['person']> }) {
  const { t } = useTranslation()
  return (
    <div className={styles.person} data-testid="directory-person">
      <p className={styles.stepName}>
        {t('directory.would_be', { name: person.display_name })}{' '}
        <Pill
          tone={person.disabled ? 'bad' : 'good'}
          label={t(person.org_role === 'admin' ? 'admin.users.admin' : 'admin.users.member')}
        />
      </p>
      {person.disabled && <p className={styles.advice}>{t('directory.disabled')}</p>}
      <h3 className={styles.small}>{t('directory.in_groups')}</h3>
      <p className={styles.found}>{person.groups.join(', ') || t('directory.no_groups')}</p>
      <h3 className={styles.small}>{t('directory.sees')}</h3>
      {person.grants.length === 0 ? (
        <p className={classes.quiet}>{t('directory.sees_nothing')}</p>
      ) : (
        <ul className={styles.grants}>
          {person.grants.map((grant) => (
            <li key={[grant.book, grant.chapter, grant.group].join('/')}>
              <span>{[grant.book, grant.chapter].filter(Boolean).join(' / ')}</span>
              <span className={classes.quiet}>
                {t(`role.${grant.role}`)} · {grant.group}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
