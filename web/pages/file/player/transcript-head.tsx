import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { transcriptAddress } from '../queries.ts'
import { speechOf } from './not-heard.tsx'
import classes from './player.module.css'

/** In which language, who has heard it, how much of it; and the transcript to take away. */
export function TranscriptHead({
  document,
  versionId,
}: {
  document: DocumentFull
  versionId: string
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const { language, heard_by: who } = document.details
  const coverage = speechOf(document)?.coverage
  const facts = [
    language && format.language(language),
    coverage &&
      t('file.coverage.minute', {
        count: coverage.total,
        done: format.number(coverage.done),
        total: format.number(coverage.total),
      }),
    who && t('file.player.heard_by', { who: who.replace(/^whisper:/, '') }),
  ]
  return (
    <header className={classes.head}>
      <h2 className={classes.title}>{t('file.player.transcript')}</h2>
      <p className={classes.facts}>{facts.filter(Boolean).join(' · ')}</p>
      <p className={classes.facts}>
        {(['txt', 'vtt'] as const).map((kind) => (
          <a
            key={kind}
            className={classes.save}
            href={transcriptAddress(document.id, versionId, kind)}
            download={`${document.name}.${kind}`}
          >
            {t(`file.player.save_${kind}`)}
          </a>
        ))}
      </p>
    </header>
  )
}
