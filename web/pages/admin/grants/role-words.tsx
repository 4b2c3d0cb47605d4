import { useTranslation } from 'react-i18next'
import type { Role } from '../../../api-types.ts'
import classes from './grants.module.css'

export const ROLES: readonly Role[] = ['viewer', 'contributor', 'admin']

/** What each role may do, in plain sentences. */
export function RoleWords() {
  const { t } = useTranslation()
  return (
    <dl className={classes.words}>
      {ROLES.map((role) => (
        <div key={role}>
          <dt>{t(`role.${role}`)}</dt>
          <dd>{t(`admin.grants.may.${role}`)}</dd>
        </div>
      ))}
    </dl>
  )
}
