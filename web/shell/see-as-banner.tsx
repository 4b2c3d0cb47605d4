import { Button } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../parts/format.ts'
import { toast } from '../parts/toast.tsx'
import { useStopSeeing } from '../see-as.ts'
import { useSession } from '../session.ts'
import classes from './see-as-banner.module.css'

/** Says on every page that these are somebody else's eyes, until when, and leads back. */
export function SeeAsBanner() {
  const { t } = useTranslation()
  const format = useFormat()
  const { user, seeing_as: seeing, seeing_as_over: isOver } = useSession()
  const stop = useStopSeeing()
  const back = () => void stop().catch(toast.failed)
  const endsAt = isOver ? 0 : seeing?.ends_at
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each end, whoever rendered it
  useEffect(() => {
    if (endsAt === undefined) return
    const timer = setTimeout(back, Math.max(0, endsAt - Date.now()))
    return () => clearTimeout(timer)
  }, [endsAt])
  if (!seeing) return null
  return (
    <div className={classes.banner} role="status" data-see-as>
      <IconEye size={20} aria-hidden className={classes.icon} />
      <p className={classes.words}>
        <b>{t('access.seeing.title', { name: user.display_name })}</b>{' '}
        {t('access.seeing.text', { time: format.dateTime(seeing.ends_at), by: seeing.by.name })}
      </p>
      <Button size="xs" variant="white" color="dark" onClick={back} className={classes.back ?? ''}>
        {t('access.seeing.back')}
      </Button>
    </div>
  )
}
