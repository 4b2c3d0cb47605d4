import { Progress } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { JobRow as Job } from '../../api-types.ts'
import { CopyIcon } from '../../parts/copy.tsx'
import { FileIcon } from '../../parts/file-icon.tsx'
import { useFormat } from '../../parts/format.ts'
import { Pill, StatusPill } from '../../parts/status-pill.tsx'
import { TraceLink } from '../../parts/trace-actions.tsx'
import { kindOfName } from '../../upload/kind-of-name.ts'
import { whyWords } from '../file/reason.ts'
import classes from './activity.module.css'
import { stepName } from './step-name.ts'

/** One job: its file, how far it is, how long it waits, and its trace for IT. */
export function JobRow({ job }: { job: Job }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = job.document?.name ?? t('activity.no_document')
  const finished = job.state === 'done' || job.state === 'skipped'
  const time = (finished ? job.updated_at : Date.now()) - job.created_at
  return (
    <div className={classes.row}>
      <FileIcon kind={kindOfName(name)} />
      <JobFile job={job} />
      <span data-cell="stage">{stepName(t, job.step)}</span>
      <div data-cell="progress" className={classes.progress}>
        <JobProgress job={job} />
      </div>
      <span data-cell="time" className={`of-num ${classes.right} ${classes.quiet}`}>
        {format.duration(Math.max(0, time))}
      </span>
      <span data-cell="tries" className={`of-num ${classes.right} ${classes.quiet}`}>
        {format.number(job.attempts)}
      </span>
      <span data-cell="trace">
        <CopyIcon text={job.trace_id} label={t('activity.copy_trace', { name })} />
        <TraceLink traceId={job.trace_id} name={name} />
      </span>
    </div>
  )
}

/** Name of the job's file, leading to its page, and where it lies. */
export function JobFile({ job }: { job: Job }) {
  const { t } = useTranslation()
  const { document } = job
  if (!document) return <span className={classes.quiet}>{t('activity.no_document')}</span>
  const place = `${document.book} › ${document.chapter}`
  return (
    <div data-cell="file" className={classes.file}>
      <span className="of-clip" title={document.name}>
        <Link to="/file/$documentId" params={{ documentId: document.id }} className={classes.link}>
          {document.name}
        </Link>
      </span>
      <span className={`of-clip ${classes.place}`} title={place}>
        {place}
      </span>
    </div>
  )
}

function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (job.state === 'running' && job.progress > 0) {
    return (
      <>
        <Progress
          className={classes.bar}
          value={job.progress * 100}
          size={6}
          aria-label={t('activity.progress_of', { name: job.document?.name ?? '' })}
        />
        <Pill tone="busy" label={format.percent(job.progress)} />
      </>
    )
  }
  if (job.state === 'blocked') return <Pill tone="wait" label={t('activity.blocked')} />
  if (job.state === 'done' || job.state === 'skipped') return <Finished job={job} />
  return <StatusPill state={job.state} />
}

/** A file may be findable although one of its steps failed; that is never shown as success. */
function Finished({ job }: { job: Job }) {
  const { t } = useTranslation()
  const told =
    job.steps.find((step) => step.state === 'failed') ??
    job.steps.find((step) => step.state === 'partial') ??
    job.steps.find((step) => step.reason === 'NO_TEXT_IN_TYPE')
  if (!told) return <StatusPill state={job.state} />
  const why = whyWords(t, told.reason, told.message)
  const state = told.state === 'skipped' ? 'no_text' : told.state
  return (
    <>
      <StatusPill state={state} />
      {why && (
        <span className={`of-clip ${classes.quiet}`} title={why}>
          {why}
        </span>
      )}
    </>
  )
}
