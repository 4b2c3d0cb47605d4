import { Button, Progress } from '@mantine/core'
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DocumentFull, Modality } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Pill, type Tone } from '../../../parts/status-pill.tsx'
import { may } from '../../library/rights.ts'
import { jobQuery } from '../queries.ts'
import { isOfTheFile, reasonWords, whyWords } from '../reason.ts'
import { Certainty } from './certainty.tsx'
import { CoverageBar } from './coverage-bar.tsx'
import classes from './read.module.css'
import { rangesOf } from './units.ts'
import { repeatable, useReadAgain } from './use-read-again.ts'
import { whyLines } from './why-lines.ts'

const TONES: Record<Modality['state'], Tone> = {
  waiting: 'wait',
  working: 'busy',
  done: 'good',
  partial: 'warn',
  failed: 'bad',
  not_available: 'warn',
  none: 'quiet',
}

interface Props {
  modality: Modality
  document: DocumentFull
}

/** One way of understanding: its state, how much, what is missing and why, and what to do. */
export function ModalityLine({ modality, document }: Props) {
  const { t } = useTranslation()
  const { state, coverage, message, reason } = modality
  const name = t(`read.modality.${modality.modality}`)
  const isProblem = state === 'partial' || state === 'failed' || state === 'not_available'
  const why = isProblem ? whyWords(t, reason, message) : undefined
  const advice = isProblem ? reasonWords(t, reason) : undefined
  const step = repeatable(modality)
  const mayHelp = isProblem && !isOfTheFile(reason) && may(document.role, 'contributor')
  return (
    <li className={classes.line} data-modality={modality.modality}>
      <div className={classes.head}>
        <span className={classes.name}>{name}</span>
        <Pill
          tone={TONES[state]}
          label={t(`read.state.${state}`)}
          {...(state === 'not_available' && { icon: IconPlugConnectedX })}
        />
      </div>
      {state === 'working' && <Working document={document} modality={modality} name={name} />}
      {coverage && state !== 'done' && <CoverageBar coverage={coverage} label={name} />}
      <Missing modality={modality} />
      <Certainty
        modality={modality}
        documentId={document.id}
        mayHelp={may(document.role, 'contributor')}
      />
      {why && <p className={classes.message}>{why}</p>}
      {advice && <p className={classes.quiet}>{advice}</p>}
      {mayHelp && step && (
        <Again step={step} modality={modality} documentId={document.id} name={name} />
      )}
    </li>
  )
}

/** How far the worker is. It tells so by events, which make this load again. */
function Working({ document, modality, name }: Props & { name: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const job = useQuery(jobQuery(document.job_id)).data
  if (!job || job.step !== modality.step || job.progress === 0) return null
  return (
    <div className={classes.coverage}>
      <Progress
        value={job.progress * 100}
        size={6}
        animated
        aria-label={t('read.progress', { name })}
      />
      <span className="of-num">{format.percent(job.progress)}</span>
    </div>
  )
}

function Missing({ modality }: Pick<Props, 'modality'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { coverage, message, failed_units: units } = modality
  const missing = coverage ? whyLines(t, format, coverage, message) : []
  if (missing.length === 0 && units.length === 0) return null
  return (
    <>
      {units.length > 0 && (
        <p className={classes.message}>
          {t(`read.missing.${unitOf(modality)}`, {
            count: units.length,
            list: rangesOf(units, format.number),
          })}
        </p>
      )}
      {missing.length > 0 && (
        <details className={classes.why}>
          <summary>{t('read.why', { count: missing.length })}</summary>
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

/** More than these at once are tried together. */
const MOST_SINGLE = 8

interface AgainProps {
  step: NonNullable<ReturnType<typeof repeatable>>
  modality: Modality
  documentId: string
  name: string
}

function Again({ step, modality, documentId, name }: AgainProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const again = useReadAgain(documentId)
  const { failed_units: units } = modality
  const unit = unitOf(modality)
  const isSome = units.length > 0
  return (
    <div className={classes.acts}>
      <Button
        size="xs"
        leftSection={<IconRefresh size={14} />}
        loading={again.isPending}
        aria-label={t(isSome ? 'read.again_missing_of' : 'read.again_of', { name })}
        onClick={() => again.mutate({ step, ...(isSome && { units }) })}
      >
        {t(isSome ? 'read.again_missing' : 'common.retry')}
      </Button>
      {units.length > 1 &&
        units.length <= MOST_SINGLE &&
        units.map((each) => (
          <Button
            key={each}
            size="xs"
            variant="default"
            disabled={again.isPending}
            aria-label={t(`read.again_${unit}`, { number: format.number(each) })}
            onClick={() => again.mutate({ step, units: [each] })}
          >
            {t(`read.${unit}`, { number: format.number(each) })}
          </Button>
        ))}
    </div>
  )
}

/** What the numbers of `failed_units` count. */
const unitOf = ({ step }: Modality) => (step === 'speech' ? 'minute' : 'page')
