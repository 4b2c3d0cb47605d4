import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DocumentFull, ProcessingStep } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { StatusPill } from '../../../parts/status-pill.tsx'
import { toast } from '../../../parts/toast.tsx'
import { TraceActions } from '../../../parts/trace-actions.tsx'
import { isStep } from '../../activity/step-name.ts'
import { may } from '../../library/rights.ts'
import { reasonWords, whyWords } from '../reason.ts'
import classes from './side.module.css'

/** What was done to understand the file, step by step, and what to do where it went wrong. */
export function Processing({ document }: { document: DocumentFull }) {
  const failed = document.processing.some(({ state }) => state === 'failed')
  return (
    <>
      <ol className={classes.steps}>
        {document.processing.map((step) => (
          <Step key={step.step} step={step} document={document} />
        ))}
      </ol>
      <div className={classes.actions}>
        {failed && may(document.role, 'contributor') && <Retry documentId={document.id} />}
        {document.trace_id && <TraceActions traceId={document.trace_id} />}
      </div>
    </>
  )
}

/** What was not read and why stands under Details, once: here is what else was done, and how long it took. */
function Step({ step, document }: { step: ProcessingStep; document: DocumentFull }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { reason, message } = step
  const isTold = document.modalities.some((modality) => modality.step === step.step)
  const why = isTold || message === null ? undefined : whyWords(t, reason, message)
  const advice = isTold ? undefined : reasonWords(t, reason)
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
      {why && <p className={classes.message}>{why}</p>}
      {advice && <p className={classes.quiet}>{advice}</p>}
    </li>
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
