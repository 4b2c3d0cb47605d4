import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { CoverageBar } from './coverage-bar.tsx'
import { ModalityLine } from './modality-line.tsx'
import classes from './read.module.css'

/** How far the file is understood: all of it in one bar, then way by way, with what is to do. */
export function HowMuchRead({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const { coverage, modalities } = document
  if (modalities.length === 0) return null
  return (
    <section className={classes.read} aria-labelledby="how-much-read">
      <h2 className={classes.title} id="how-much-read">
        {t('read.title')}
      </h2>
      {coverage && <CoverageBar coverage={coverage} label={t('read.all')} />}
      <ul className={classes.list}>
        {modalities.map((modality) => (
          <ModalityLine key={modality.modality} modality={modality} document={document} />
        ))}
      </ul>
    </section>
  )
}
