import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { UnreadFile } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { rangesOf } from '../../file/read/units.ts'
import { reasonWords, whyWords } from '../../file/reason.ts'
import { isPartly } from './tally.ts'
import classes from './unread.module.css'
import { mayHelp, useRetryUnread } from './use-retry-unread.ts'

type Problem = UnreadFile['problems'][number]

interface Props {
  file: UnreadFile
  mayRetry: boolean
}

/** One file that was not read whole: which, how much, why by its code, and what to do. */
export function UnreadRow({ file, mayRetry }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const retry = useRetryUnread()
  const { document, coverage, problems } = file
  const partly = isPartly(file)
  return (
    <li className={classes.file}>
      <div className={classes.head}>
        <Link
          to="/file/$documentId"
          params={{ documentId: document.id }}
          className={classes.name ?? ''}
        >
          {document.name}
        </Link>
        <Pill
          tone={partly ? 'warn' : 'bad'}
          label={t(partly ? 'read.summary.partly_pill' : 'read.summary.not_pill')}
        />
        {coverage && coverage.unit !== 'file' && (
          <span className="of-num">
            {t(`file.coverage.${coverage.unit}`, {
              count: coverage.total,
              done: format.number(coverage.done),
              total: format.number(coverage.total),
            })}
          </span>
        )}
        {mayRetry && mayHelp(file) && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconRefresh size={12} />}
            aria-label={t('read.summary.retry', { name: document.name })}
            loading={retry.isPending}
            onClick={() => retry.mutate([file])}
          >
            {t('common.retry')}
          </Button>
        )}
      </div>
      {problems.map((problem) => (
        <ProblemLine key={problem.modality} problem={problem} />
      ))}
    </li>
  )
}

function ProblemLine({ problem }: { problem: Problem }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { modality, state, reason, message, failed_units: units, step } = problem
  const unit = step === 'speech' ? 'minute' : 'page'
  const missing =
    units.length > 0 &&
    t(`read.missing.${unit}`, { count: units.length, list: rangesOf(units, format.number) })
  const words = [whyWords(t, reason, message), missing, reasonWords(t, reason)]
    .filter(Boolean)
    .join(' ')
  return (
    <p className={classes.problem}>
      <b>
        {t(`read.modality.${modality}`)}: {t(`read.state.${state}`)}
      </b>{' '}
      {reason && <code>{reason}</code>} {words}
    </p>
  )
}
