import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Coverage, DocumentFull, ProcessingStep } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { StatusPill } from '../../../parts/status-pill.tsx'
import { toast } from '../../../parts/toast.tsx'
import { TraceActions } from '../../../parts/trace-actions.tsx'
import { isStep } from '../../activity/step-name.ts'
import { may } from '../../library/rights.ts'
import { whyLines } from '../read/why-lines.ts'
import { reasonWords, whyWords } from '../reason.ts'
import classes from './side.module.css'

/** What was done to understand the file, step by step, and what to do where it went wrong. */
export function Processing({ document }: { document: DocumentFull }) {
  const failed = document.processing.some(({ state }) => state === 'failed')
  return (
    <>
      <ol className={classes.steps}>
        {document.processing.map((step) => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
      <div className={classes.actions}>
        {failed && may(document.role, 'contributor') && <Retry documentId={document.id} />}
        {document.trace_id && <TraceActions traceId={document.trace_id} />}
      </div>
    </>
  )
}

function Step({ step }: { step: ProcessingStep }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { reason, message } = step
  const why = message === null ? undefined : whyWords(t, reason, message)
  const advice = reasonWords(t, reason)
  return (
    <li className={classes.step}>
      <div className={classes.stepHead}>
        <span className={classes.stepName}>
          {isStep(step.step) ? t(`file.step.${step.step}`) : step.step}
        </span>
        {step.finished_at !== null && (
          <span className={classes.quiet}>{format.duration(step.duration_ms)}</span>
        )}
        <StatusPill state={step.state} />
      </div>
      {step.coverage && <CoverageLine coverage={step.coverage} message={message} />}
      {why && <p className={classes.message}>{why}</p>}
      {advice && <p className={classes.quiet}>{advice}</p>}
    </li>
  )
}

function CoverageLine({ coverage, message }: { coverage: Coverage; message: string | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { unit, done, total } = coverage
  const missing = whyLines(t, format, coverage, message)
  if (unit === 'file' && missing.length === 0) return null
  return (
    <>
      <p className={classes.quiet}>
        {t(`file.coverage.${unit}`, {
          count: total,
          done: format.number(done),
          total: format.number(total),
        })}
      </p>
      {missing.length > 0 && (
        <details className={classes.missing}>
          <summary>{t('file.coverage.missing', { count: missing.length })}</summary>
          <ul>
            {missing.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function Retry({ documentId }: { documentId: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const retry = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/documents/{id}/retry', { params: { path: { id: documentId } } })),
    onSuccess: ({ retried }) => toast.done(t('file.retried', { count: retried })),
    onError: toast.failed,
    onSettled: () => client.invalidateQueries({ queryKey: ['document', documentId] }),
  })
  return (
    <Button
      size="xs"
      leftSection={<IconRefresh size={14} />}
      loading={retry.isPending}
      onClick={() => retry.mutate()}
    >
      {t('common.retry')}
    </Button>
  )
}
