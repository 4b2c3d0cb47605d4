import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type DocumentFull, kindOf } from '../../../api-types.ts'
import { CopyIcon } from '../../../parts/copy.tsx'
import { useFormat } from '../../../parts/format.ts'
import { StatusPill } from '../../../parts/status-pill.tsx'
import { pagesWords } from '../pages-words.ts'
import { ExpansionOf } from '../read/expansion.tsx'
import { HowMuchRead } from '../read/how-much-read.tsx'
import { Copies } from './copies.tsx'
import { AlmostTheSame } from './near.tsx'
import classes from './side.module.css'

/** Named by the file itself; anything else it states is shown under its own name. */
const KNOWN_METADATA = [
  'title',
  'author',
  'album',
  'subject',
  'created',
  'modified',
  'encoding',
  'codec',
  'taken',
  'camera',
  'width',
  'height',
] as const

export function Details({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { details, current_version: version } = document
  return (
    <>
      {document.has_preview && version.media_type !== 'application/pdf' && (
        <img
          className={classes.preview}
          src={`/api/v1/documents/${document.id}/preview`}
          alt={t('file.details.preview')}
          loading="lazy"
        />
      )}
      <dl className={classes.list}>
        <Row name={t('file.details.stored')}>
          <Digest sha256={details.sha256} />
        </Row>
        {Object.keys(document.provider_uploads).length > 0 && (
          <Row name={t('file.details.copies')}>
            <Copies copies={document.provider_uploads} />
          </Row>
        )}
        <Row name={t('file.details.text')}>{useTextWords(document)}</Row>
        <Row name={t('file.details.index')}>
          <span className={classes.inline}>
            <StatusPill state={document.understanding} />
            {details.passages > 0 &&
              t('file.details.passages', {
                count: details.passages,
                total: format.number(details.passages),
              })}
          </span>
        </Row>
        {document.source_state && (
          <Row name={t('file.details.source')}>
            <StatusPill state={document.source_state} />
          </Row>
        )}
        <Row name={t('file.details.type')}>
          <span title={version.media_type}>{t(`kind.${kindOf(version.kind)}`)}</span>
        </Row>
        {details.duration_ms !== null && (
          <Row name={t('file.details.length')}>{format.clock(details.duration_ms)}</Row>
        )}
        <Row name={t('file.details.door')}>{t(`file.door.${version.door}`)}</Row>
        {document.came_in && <CameIn cameIn={document.came_in} />}
        <Row name={t('file.details.created')}>{format.dateTime(document.created_at)}</Row>
        <Metadata metadata={details.metadata} />
      </dl>
      <HowMuchRead document={document} />
      <ExpansionOf document={document} />
      <AlmostTheSame document={document} />
    </>
  )
}

function CameIn({ cameIn }: { cameIn: NonNullable<DocumentFull['came_in']> }) {
  const { t } = useTranslation()
  return (
    <Row name={t(cameIn.as === 'mail' ? 'mail.attached_to' : 'archive.taken_from')}>
      <Link to="/file/$documentId" params={{ documentId: cameIn.document_id }} dir="auto">
        {cameIn.name}
      </Link>
    </Row>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The first letters in groups of four, as fingerprints are read; all of it on the clipboard. */
function Digest({ sha256 }: { sha256: string }) {
  const { t } = useTranslation()
  const short = sha256.slice(0, 16).match(/.{4}/g)?.join(' ') ?? sha256
  return (
    <span className={classes.inline}>
      <span className="of-num" title={sha256}>
        {short} …
      </span>
      <CopyIcon text={sha256} label={t('file.details.copy_digest')} />
    </span>
  )
}

function useTextWords(document: DocumentFull): string {
  const { t } = useTranslation()
  const format = useFormat()
  const { word_count: words, language } = document.details
  const facts = [
    words !== null && t('file.details.words', { count: words, total: format.number(words) }),
    pagesWords(t, format, document),
    language && format.language(language),
  ]
  return facts.filter(Boolean).join(', ') || t('common.none')
}

function Metadata({ metadata }: { metadata: Record<string, string> }) {
  const { t } = useTranslation()
  const format = useFormat()
  return Object.entries(metadata)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => {
      const known = KNOWN_METADATA.find((one) => one === name)
      const date = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN
      return (
        <Row key={name} name={known ? t(`file.metadata.${known}`) : name}>
          {Number.isNaN(date) ? value : format.date(date)}
        </Row>
      )
    })
}
