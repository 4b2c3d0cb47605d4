import { ActionIcon } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type DocumentFull, kindOf } from '../../../api-types.ts'
import { FileIcon } from '../../../parts/file-icon.tsx'
import { useFormat } from '../../../parts/format.ts'
import { StatusPill } from '../../../parts/status-pill.tsx'
import { kindOfName } from '../../../upload/kind-of-name.ts'
import { contentAddress } from '../queries.ts'
import classes from './attachments.module.css'

type Attachment = NonNullable<DocumentFull['attachments']>['items'][number]

/** What came with a mail: what it is, how much of it was read, and the way to it. */
export function Attachments({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { attachments } = document
  if (!attachments) return null
  const { total, items } = attachments
  const more = total - items.length
  return (
    <section className={classes.attachments} aria-labelledby="attachments">
      <h2 className={classes.title} id="attachments">
        {t('mail.attachments', { count: total, total: format.number(total) })}
      </h2>
      <ul className={classes.list}>
        {items.map((attachment, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name
          <Row key={at} attachment={attachment} />
        ))}
      </ul>
      {more > 0 && (
        <p className={classes.quiet}>
          {t('mail.more', { count: more, total: format.number(more) })}
        </p>
      )}
    </section>
  )
}

function Row({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { name, media_type: type, size_bytes: size, document } = attachment
  const kind = document ? kindOf(document.kind) : kindOfName(name)
  return (
    <li className={classes.row}>
      <FileIcon kind={kind} />
      <div className={classes.words}>
        {document ? (
          <Link to="/file/$documentId" params={{ documentId: document.id }} dir="auto">
            {document.name}
          </Link>
        ) : (
          <span dir="auto">{name}</span>
        )}
        <p className={classes.quiet}>
          <span title={type}>{t(`kind.${kind}`)}</span>
          {' · '}
          {format.bytes(size)}
          <HowMuch document={document} />
        </p>
        {!document && <p className={classes.quiet}>{t('mail.inside')}</p>}
      </div>
      {document && (
        <>
          <StatusPill state={document.understanding} />
          <ActionIcon
            component="a"
            href={contentAddress(document.version_id, false)}
            variant="subtle"
            color="gray"
            aria-label={t('mail.download', { name: document.name })}
            title={t('mail.download', { name: document.name })}
          >
            <IconDownload size={16} />
          </ActionIcon>
        </>
      )}
    </li>
  )
}

/** `17 of 20 pages`; silent where it is one whole. */
function HowMuch({ document }: Pick<Attachment, 'document'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { coverage } = document ?? {}
  if (!coverage || coverage.unit === 'file' || coverage.total === 0) return null
  const { unit, done, total } = coverage
  const numbers = { count: total, done: format.number(done), total: format.number(total) }
  return ` · ${t(`file.coverage.${unit}`, numbers)}`
}
