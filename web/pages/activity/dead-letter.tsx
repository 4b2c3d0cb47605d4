import { Button } from '@mantine/core'
import { IconDownload, IconFiles, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { JobRow } from '../../api-types.ts'
import { CopyIcon } from '../../parts/copy.tsx'
import { FileIcon } from '../../parts/file-icon.tsx'
import { useFormat } from '../../parts/format.ts'
import { TraceLink } from '../../parts/trace-actions.tsx'
import { kindOfName } from '../../upload/kind-of-name.ts'
import { whyWords } from '../file/reason.ts'
import classes from './activity.module.css'
import { adviceFor } from './advice.ts'
import { JobFile } from './job-row.tsx'
import { stepName } from './step-name.ts'
import { useRetryJob } from './use-retry.ts'

/** Work that was given up: why, what to do, another try, and the original all the same. */
export function DeadLetter({ jobs }: { jobs: readonly JobRow[] }) {
  const { t } = useTranslation()
  return (
    <ul className={classes.deadList} aria-label={t('activity.tab.failed')}>
      {jobs.map((job) => (
        <li key={job.id} className={classes.dead}>
          <FileIcon kind={kindOfName(job.document?.name ?? '')} />
          <Story job={job} />
          <Actions job={job} />
        </li>
      ))}
    </ul>
  )
}

function Story({ job }: { job: JobRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div>
      <JobFile job={job} />
      <p className={classes.reason}>
        {whyWords(t, job.error?.reason, job.error?.message) || t('activity.no_message')}
      </p>
      <p className={classes.advice}>{adviceFor(t, job)}</p>
      <p className={classes.meta}>
        {t('activity.given_up', {
          step: stepName(t, job.step),
          count: job.attempts,
          ago: format.ago(job.updated_at),
        })}
      </p>
    </div>
  )
}

function Actions({ job }: { job: JobRow }) {
  const { t } = useTranslation()
  const retry = useRetryJob()
  const name = job.document?.name ?? ''
  return (
    <div className={classes.actions}>
      <CopyIcon text={job.trace_id} label={t('activity.copy_trace', { name })} />
      <TraceLink traceId={job.trace_id} name={name} />
      {job.document && (
        <Button
          size="xs"
          variant="default"
          component="a"
          href={`/api/v1/documents/${job.document.id}/content`}
          leftSection={<IconDownload size={14} />}
          aria-label={t('activity.download_name', { name })}
        >
          {t('activity.download')}
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconFiles size={14} />}
        aria-label={t('read.summary.together_of', { name })}
        renderRoot={(props) => <ToBatch {...props} trace={job.trace_id} />}
      >
        {t('read.summary.together')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconRefresh size={14} />}
        aria-label={t('activity.retry_name', { name })}
        loading={retry.isPending}
        onClick={() => retry.mutate(job.id)}
      >
        {t('common.retry')}
      </Button>
    </div>
  )
}

/** To what became of all files that came in together with it. */
const ToBatch = ({ trace, ...rest }: { trace: string } & Record<string, unknown>) => (
  <Link {...rest} to="/activity" search={{ trace }} />
)
