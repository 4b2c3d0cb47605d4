import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Notice } from '../parts/notice.tsx'
import { useSession } from '../session.ts'
import classes from './initial-password.module.css'

/** Reminds of the password that was printed at the first start, until it is changed. */
export function InitialPassword() {
  const { t } = useTranslation()
  const { initial_password_unchanged: unchanged } = useSession()
  if (!unchanged) return null
  return (
    <div data-banner>
      <Notice tone="warn">
        {t('signin.change_password')}{' '}
        <Link to="/account" className={classes.link}>
          {t('signin.change_password_do')}
        </Link>
      </Notice>
    </div>
  )
}
