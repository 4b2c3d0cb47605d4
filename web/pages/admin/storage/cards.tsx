import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Usage } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import classes from '../admin.module.css'
import { Bar, type Part } from './bar.tsx'
import styles from './storage.module.css'

interface CardProps {
  title: string
  text?: string
  children: ReactNode
}

function Card({ title, text, children }: CardProps) {
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{title}</h2>
      <p className={classes.cardText}>{text}</p>
      {children}
    </section>
  )
}

interface Line {
  key: string
  name: string
  value: string
  parts: readonly Part[]
}

const Bars = ({ lines }: { lines: readonly Line[] }) => (
  <ul className={styles.bars}>
    {lines.map(({ key, name, value, parts }) => (
      <li key={key} className={styles.bar}>
        <span className="of-clip">{name}</span>
        <span className={`of-num ${styles.quiet}`}>{value}</span>
        <Bar parts={parts} />
      </li>
    ))}
  </ul>
)

const shareOf = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0)

/** Uploaded against stored: the point of the product in two bars. */
export function Compare({ usage }: { usage: Usage }) {
  const { t } = useTranslation()
  const format = useFormat()
  const most = Math.max(usage.logical_bytes, usage.unique_bytes)
  const line = (name: 'uploaded' | 'stored', bytes: number, colour: string): Line => ({
    key: name,
    name: t(`admin.storage.${name}`),
    value: format.bytes(bytes),
    parts: [{ share: shareOf(bytes, most), colour }],
  })
  return (
    <Card title={t('admin.storage.compare')} text={t('admin.storage.compare_text')}>
      <Bars
        lines={[
          line('uploaded', usage.logical_bytes, '--of-control'),
          line('stored', usage.unique_bytes, '--of-accent'),
        ]}
      />
    </Card>
  )
}

/** The disk of the data folder: ours, others', free. */
export function Disk({ usage }: { usage: Usage }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { total_bytes: total, free_bytes: free } = usage.disk
  const ours = Math.min(usage.physical_bytes + usage.reclaimable_bytes, total - free)
  const parts = [
    { key: 'ours', bytes: ours, colour: '--of-accent' },
    { key: 'others', bytes: Math.max(0, total - free - ours), colour: '--of-control' },
    { key: 'free', bytes: free, colour: '--of-neutral-soft' },
  ] as const
  return (
    <Card title={t('admin.storage.disk')} text={t('admin.storage.disk_text')}>
      <Bar parts={parts.map(({ bytes, colour }) => ({ share: shareOf(bytes, total), colour }))} />
      <ul className={styles.legend}>
        {parts.map(({ key, bytes, colour }) => (
          <li key={key}>
            <span className={styles.dot} style={{ background: `var(${colour})` }} aria-hidden />
            {t(`admin.storage.disk_${key}`)}
            <span className={`of-num ${styles.quiet}`}>{format.bytes(bytes)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What each book holds, largest first. */
export function ByBook({ usage }: { usage: Usage }) {
  const { t } = useTranslation()
  const format = useFormat()
  const books = usage.by_book.toSorted((a, b) => b.logical_bytes - a.logical_bytes)
  const most = books[0]?.logical_bytes ?? 0
  return (
    <Card title={t('admin.storage.by_book')} text={t('admin.storage.by_book_text')}>
      <Bars
        lines={books.map((book) => ({
          key: book.id,
          name: book.name,
          value: t('admin.storage.book_value', {
            size: format.bytes(book.logical_bytes),
            count: book.documents,
          }),
          parts: [{ share: shareOf(book.logical_bytes, most), colour: '--of-accent' }],
        }))}
      />
    </Card>
  )
}

/** What the figures are made of. */
export function Contents({ usage }: { usage: Usage }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rows = [
    ['documents', format.number(usage.documents)],
    ['versions', format.number(usage.versions)],
    ['blobs', format.number(usage.blobs)],
    ['unique', format.bytes(usage.unique_bytes)],
    ['derived', format.bytes(usage.derived_bytes)],
    ['reclaimable', format.bytes(usage.reclaimable_bytes)],
    ['swept', format.bytes(usage.swept_bytes)],
  ] as const
  return (
    <Card title={t('admin.storage.contents')} text={t('admin.storage.contents_text')}>
      <dl className={styles.rows}>
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`admin.storage.row.${key}`)}</dt>
            <dd className="of-num">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
