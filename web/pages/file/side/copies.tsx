import { useTranslation } from 'react-i18next'
import type { Copy } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Pill, type Tone } from '../../../parts/status-pill.tsx'
import classes from './side.module.css'

const TONES: Record<Copy['state'], Tone> = { stored: 'good', waiting: 'wait', failed: 'bad' }

/** Where the content lies: here, and in each further store, with what is known of that copy. */
export function Copies({ copies }: { copies: Readonly<Record<string, Copy>> }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ul className={classes.copies}>
      <li>{t('file.copies.here')}</li>
      {Object.entries(copies).map(([store, { state, verified_at: verifiedAt }]) => (
        <li key={store}>
          <span className={classes.inline}>
            {store}
            <Pill tone={TONES[state]} label={t(`file.copies.${state}`)} />
          </span>
          {verifiedAt !== null && (
            <p className={classes.quiet}>
              {t('file.copies.verified', { when: format.dateTime(verifiedAt) })}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
