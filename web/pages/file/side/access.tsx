import { useTranslation } from 'react-i18next'
import { WhoSees } from '../../access/who-sees.tsx'
import classes from './side.module.css'

/** Who can see this file, and why. */
export function Access({ documentId }: { documentId: string }) {
  const { t } = useTranslation()
  return (
    <section aria-label={t('access.title')}>
      <h2 className={classes.sideTitle}>{t('access.title')}</h2>
      <WhoSees place={{ kind: 'document', id: documentId }} />
    </section>
  )
}
