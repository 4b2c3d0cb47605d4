import { Tooltip } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Hit } from '../../api-types.ts'
import { type Format, useFormat } from '../../parts/format.ts'
import { Pill } from '../../parts/status-pill.tsx'
import { reasonWords, whyWords } from '../file/reason.ts'
import classes from './hit-row.module.css'

type Unread = NonNullable<Hit['unread']>

/** Beside a hit in a file that was not read whole: there may be more in it than is found. */
export function UnreadMark({ unread }: { unread: Unread }) {
  const { t } = useTranslation()
  const format = useFormat()
  const isPartly = unread.state === 'partly'
  const words = tellUnread(t, format, unread)
  return (
    <Tooltip label={words} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what the mark means must be told to keys too */}
      <span className={classes.unread} tabIndex={0} role="note" aria-label={words}>
        <Pill
          tone={isPartly ? 'warn' : 'bad'}
          label={t(isPartly ? 'read.summary.partly_pill' : 'read.summary.not_pill')}
        />
      </span>
    </Tooltip>
  )
}

/** How much was read, that the rest is not found, and why. */
function tellUnread(t: TFunction, format: Format, { state, coverage, reason }: Unread): string {
  const isCounted = coverage && coverage.unit !== 'file' && coverage.total > 0
  const read =
    isCounted &&
    t(`file.coverage.${coverage.unit}`, {
      count: coverage.total,
      done: format.number(coverage.done),
      total: format.number(coverage.total),
    })
  const facts = [
    t(state === 'partly' ? 'search.partly_read' : 'search.not_read'),
    read && t('search.read_of', { read }),
    whyWords(t, reason, null),
    reasonWords(t, reason),
  ]
  return facts.filter(Boolean).join(' ')
}
