import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { folderParams } from '../../library/address.ts'
import { whyWords } from '../reason.ts'
import classes from './read.module.css'

type Expansion = NonNullable<DocumentFull['expansion']>
type Missing = Expansion['missing'][number]

/** Of an archive that is expanded: how many of its files are documents, and which are not. */
export function ExpansionOf({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { expansion, folder, name } = document
  if (!expansion) return null
  const { state, taken, total, missing } = expansion
  const numbers = { count: total, taken: format.number(taken), total: format.number(total) }
  const place = folder === '' ? name : `${folder}/${name}`
  return (
    <section className={classes.read} aria-labelledby="archive-files">
      <h2 className={classes.title} id="archive-files">
        {t('archive.files')}
      </h2>
      <p className={classes.message}>{t(`archive.state.${state}`, numbers)}</p>
      {taken > 0 && (
        <p className={classes.message}>
          <Link to="/library/$" params={folderParams(document.chapter.id, place)}>
            {t('archive.open')}
          </Link>
        </p>
      )}
      {missing.length > 0 && (
        <ul className={classes.list} aria-label={t('archive.not_taken')}>
          {missing.map((entry) => (
            <li key={`${entry.path} ${entry.reason}`} className={classes.line}>
              <span className={classes.name} dir="auto">
                {entry.path ?? t('archive.unlisted')}
              </span>
              <p className={classes.quiet}>{whyNot(t, entry)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const OWN = [
  'ENTRY_NAME',
  'ENTRY_TOO_LARGE',
  'ENTRY_LIMIT',
  'PASSWORD_PROTECTED',
  'DAMAGED_FILE',
  'FILE_TRUNCATED',
  'NOT_UNPACKED',
] as const

function whyNot(t: TFunction, { reason, message }: Missing): string {
  const own = OWN.find((one) => one === reason)
  return own ? t(`archive.why.${own}`) : (whyWords(t, reason, message) ?? message)
}
