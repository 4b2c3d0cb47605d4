import { Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Coverage } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import classes from './read.module.css'

interface Props {
  coverage: Coverage
  /** What the bar is of, for those who hear it. */
  label: string
}

/** `17 of 20 pages`, as a bar and in words. Silent for a file that is one whole. */
export function CoverageBar({ coverage, label }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { unit, done, total } = coverage
  if (unit === 'file' || total === 0) return null
  const words = t(`file.coverage.${unit}`, {
    count: total,
    done: format.number(done),
    total: format.number(total),
  })
  return (
    <div className={classes.coverage}>
      <Progress
        value={(done / total) * 100}
        size={6}
        aria-label={`${label}: ${words}`}
        color={done < total ? 'var(--of-warn)' : 'var(--of-accent)'}
      />
      <span className="of-num">{words}</span>
    </div>
  )
}
