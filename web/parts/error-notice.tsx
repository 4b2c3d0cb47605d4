import { Button, Group } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { errorWords } from './error-words.ts'
import classes from './notice.module.css'
import { TraceActions } from './trace-actions.tsx'

interface Props {
  error: unknown
  /** Shown as a button when trying again makes sense. */
  onRetry?: () => void
}

/** A failure in place: what happened, what to do, the trace id for IT, and another try. */
export function ErrorNotice({ error, onRetry }: Props) {
  const { t } = useTranslation()
  const { title, advice, traceId } = errorWords(t, error)
  return (
    <div className={classes.notice} data-tone="bad" role="alert">
      <IconAlertTriangle className={classes.icon} size={20} aria-hidden />
      <div>
        <p className={classes.title}>{title}</p>
        <p className={classes.text}>{advice}</p>
        {(onRetry || traceId) && (
          <Group gap="sm" mt="sm">
            {onRetry && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconRefresh size={14} />}
                onClick={onRetry}
              >
                {t('common.retry')}
              </Button>
            )}
            {traceId && <TraceActions traceId={traceId} />}
          </Group>
        )}
      </div>
    </div>
  )
}
