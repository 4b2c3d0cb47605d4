import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import { whyLines } from '../read/why-lines.ts'
import { whyWords } from '../reason.ts'
import type { Comparison } from './types.ts'

/** What must be known about a comparison before it is believed. */
export function ComparisonNotes({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { from, to, is_identical: isIdentical, is_coarse: isCoarse, is_cut: isCut } = comparison
  const partial = [from, to].filter(({ text }) => text.state === 'partial')
  const sameWords = !isIdentical && comparison.counts?.changes === 0
  return (
    <>
      {isIdentical && <Notice tone="info">{t('compare.identical')}</Notice>}
      {sameWords && <Notice tone="info">{t('compare.same_words')}</Notice>}
      {partial.map(({ version, text }) => (
        <Notice
          key={version.id}
          tone="warn"
          title={t('compare.partial', { number: version.number })}
        >
          {text.coverage
            ? whyLines(t, format, text.coverage).slice(0, 5).join(' · ')
            : whyWords(t, text.reason, text.message)}
        </Notice>
      ))}
      {isCoarse && <Notice tone="warn">{t('compare.coarse')}</Notice>}
      {isCut && <Notice tone="warn">{t('compare.cut')}</Notice>}
    </>
  )
}
