import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Modality } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import classes from './read.module.css'
import { rangesOf } from './units.ts'
import { repeatable, useReadAgain } from './use-read-again.ts'

interface Props {
  modality: Modality
  documentId: string
  mayHelp: boolean
}

/** How sure the reading of scans is, page by page, and which pages are better compared. */
export function Certainty({ modality, documentId, mayHelp }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const again = useReadAgain(documentId)
  const { confidence, unit_confidence: pages, hard_units: hard } = modality
  const step = repeatable(modality)
  if (confidence === null) return null
  const share = (percent: number) => format.percent(percent / 100)
  return (
    <>
      <p className={classes.quiet}>{t('read.certainty', { share: share(confidence) })}</p>
      {pages.length > 1 && (
        <details className={classes.why}>
          <summary>{t('read.certainty_pages')}</summary>
          <ul>
            {pages.map((page) => (
              <li key={page.unit}>
                {t('read.certainty_page', {
                  number: format.number(page.unit),
                  share: share(page.confidence),
                })}
              </li>
            ))}
          </ul>
        </details>
      )}
      {hard.length > 0 && (
        <>
          <p className={classes.message}>
            {t('read.hard', { count: hard.length, list: rangesOf(hard, format.number) })}
          </p>
          <p className={classes.quiet}>{t('read.hard_advice')}</p>
          {mayHelp && step && (
            <div className={classes.acts}>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconRefresh size={14} />}
                loading={again.isPending}
                onClick={() => again.mutate({ step, units: hard })}
              >
                {t('read.hard_again')}
              </Button>
            </div>
          )}
        </>
      )}
    </>
  )
}
