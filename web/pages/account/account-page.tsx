import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../parts/page-header.tsx'
import { useSession } from '../../session.ts'
import classes from './account.module.css'
import { Appearance } from './appearance.tsx'
import { PasswordElsewhere } from './password-elsewhere.tsx'
import { PasswordForm } from './password-form.tsx'
import { SecondStep } from './second-step.tsx'
import { Sessions } from './sessions.tsx'
import { Space } from './space.tsx'
import { Tokens } from './tokens.tsx'

/** The reader's own account: password, space, look of the page, tokens for scripts, open sessions. */
export function AccountPage() {
  const { t } = useTranslation()
  const { user, second_step_needed: needed, password_kept_by: keeper } = useSession()
  return (
    <div className={classes.page}>
      <PageHeader title={t('account.title')} subtitle={`${user.display_name} · ${user.username}`} />
      <div className={classes.cards}>
        <Appearance />
        {keeper === undefined ? <PasswordForm /> : <PasswordElsewhere keeper={keeper} />}
        {keeper === undefined && <SecondStep />}
        {!needed && <Space />}
      </div>
      {!needed && <Tokens />}
      {!needed && <Sessions />}
    </div>
  )
}
