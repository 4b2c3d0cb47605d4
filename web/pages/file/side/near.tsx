import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type DocumentFull, kindOf, type NearDocument } from '../../../api-types.ts'
import { FileIcon } from '../../../parts/file-icon.tsx'
import { useFormat } from '../../../parts/format.ts'
import { nearQuery } from '../queries.ts'
import classes from './near.module.css'

/** Files of the reader's that are almost the same, and the way to what differs. Silent without any. */
export function AlmostTheSame({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const near = useQuery(nearQuery(document.id, document.current_version.id))
  const items = near.data?.items ?? []
  if (items.length === 0) return null
  return (
    <section className={classes.near} aria-labelledby="almost-the-same">
      <h2 className={classes.title} id="almost-the-same">
        {t('near.title')}
      </h2>
      <ul className={classes.list}>
        {items.map((item) => (
          <Item key={item.document_id} item={item} document={document} />
        ))}
      </ul>
    </section>
  )
}

function Item({ item, document }: { item: NearDocument; document: DocumentFull }) {
  const { t } = useTranslation()
  const format = useFormat()
  const where = [item.book.name, item.chapter.name, item.folder].filter(Boolean).join(' / ')
  return (
    <li className={classes.item}>
      {item.by === 'picture' && item.has_preview ? (
        <img
          className={classes.picture}
          src={`/api/v1/documents/${item.document_id}/preview`}
          alt=""
          loading="lazy"
        />
      ) : (
        <FileIcon kind={kindOf(item.kind)} />
      )}
      <div className={classes.words}>
        <Link to="/file/$documentId" params={{ documentId: item.document_id }}>
          {item.name}
        </Link>
        <p className={classes.quiet}>{where}</p>
        <p className={classes.quiet}>
          {item.by === 'picture'
            ? t('near.picture')
            : t('near.text', { share: format.percent(item.similarity) })}
          {item.by === 'text' && (
            <>
              {' · '}
              <Link
                to="/file/$documentId/compare"
                params={{ documentId: document.id }}
                search={{
                  from: item.version_id,
                  to: document.current_version.id,
                  with: item.document_id,
                }}
              >
                {t('near.compare')}
              </Link>
            </>
          )}
        </p>
      </div>
    </li>
  )
}
