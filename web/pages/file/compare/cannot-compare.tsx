import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type DocumentFull, kindOf } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import { StatusPill } from '../../../parts/status-pill.tsx'
import { contentAddress } from '../queries.ts'
import { reasonWords, whyWords } from '../reason.ts'
import { isDrawn } from '../view-switch.tsx'
import classes from './compare.module.css'
import type { Comparison, Side } from './types.ts'

interface Props {
  document: DocumentFull
  comparison: Comparison
}

/** Two versions without words to compare: why, and what can be said of them all the same. */
export function CannotCompare({ document, comparison }: Props) {
  const { t } = useTranslation()
  const { from, to, is_identical: isIdentical } = comparison
  const sides = [from, to]
  const silent = sides.filter(({ text }) => text.state !== 'ready' && text.state !== 'partial')
  const arePictures = sides.every(({ version }) => isDrawn(version.media_type))
  return (
    <>
      {isIdentical ? (
        <Notice tone="info">{t('compare.identical')}</Notice>
      ) : (
        silent.map((side) => <Why key={side.version.id} side={side} />)
      )}
      {arePictures && (
        <div className={classes.pictures}>
          {sides.map((side) => (
            <Picture key={side.version.id} side={side} name={document.name} />
          ))}
        </div>
      )}
      <Facts sides={sides} />
    </>
  )
}

function Why({ side: { version, text } }: { side: Side }) {
  const { t } = useTranslation()
  const { number } = version
  const inWork = text.state === 'waiting' || text.state === 'working'
  if (inWork) {
    return <Notice tone="info">{t('compare.not_yet', { number })}</Notice>
  }
  return (
    <Notice
      tone={text.state === 'failed' ? 'warn' : 'info'}
      title={t(text.state === 'failed' ? 'compare.not_read' : 'compare.no_text', { number })}
    >
      {[whyWords(t, text.reason, text.message), reasonWords(t, text.reason)]
        .filter(Boolean)
        .join(' ')}
    </Notice>
  )
}

function Picture({ side: { version }, name }: { side: Side; name: string }) {
  const { t } = useTranslation()
  const [size, setSize] = useState<string>()
  const caption = t('file.version', { number: version.number })
  return (
    <figure className={classes.picture}>
      <img
        src={contentAddress(version.id, true)}
        alt={`${name}, ${caption}`}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setSize(`${naturalWidth} × ${naturalHeight}`)
        }
      />
      <figcaption>{[caption, size].filter(Boolean).join(' · ')}</figcaption>
    </figure>
  )
}

/** What is known of every file, whatever it is. */
function Facts({ sides }: { sides: readonly Side[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rows: [name: string, of: (side: Side) => string][] = [
    [t('file.details.type'), ({ version }) => t(`kind.${kindOf(version.kind)}`)],
    [t('compare.size'), ({ version }) => format.bytes(version.size_bytes)],
    [t('compare.stored'), ({ version }) => format.dateTime(version.created_at)],
    [t('compare.by'), ({ version }) => version.created_by.name],
    [t('file.details.door'), ({ version }) => t(`file.door.${version.door}`)],
  ]
  return (
    <div className={classes.scroll}>
      <table className={classes.facts}>
        <caption className="of-hidden">{t('compare.facts')}</caption>
        <thead>
          <tr>
            <td />
            {sides.map(({ version }) => (
              <th key={version.id} scope="col">
                {t('file.version', { number: version.number })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, of]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {sides.map((side) => (
                <td key={side.version.id}>{of(side)}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{t('file.details.text')}</th>
            {sides.map(({ version, text }) => (
              <td key={version.id}>
                <StatusPill state={text.state} />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  )
}
