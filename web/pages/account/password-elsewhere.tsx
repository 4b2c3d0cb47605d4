import { useTranslation } from 'react-i18next'
import { Card } from './card.tsx'

/** Where people of a directory or a provider change the password that they sign in with. */
export function PasswordElsewhere({ keeper }: { keeper: string }) {
  const { t } = useTranslation()
  return (
    <Card
      title={t('account.password.title')}
      hint={t('account.password.elsewhere', { directory: keeper })}
    />
  )
}
