import { Skeleton, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Privacy } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { PageHeader } from '../../../parts/page-header.tsx'
import classes from '../admin.module.css'
import { ModeCard } from './mode-card.tsx'
import styles from './privacy.module.css'
import { privacyQuery } from './queries.ts'
import { usePrivacyActions } from './use-privacy-actions.tsx'

/** Whether a file may be proved instead of sent: what each choice tells to whom, and what it saves. */
export function PrivacySection() {
  const { t } = useTranslation()
  const privacy = useQuery(privacyQuery)
  const { choose, isChoosing, setPrivate } = usePrivacyActions()
  return (
    <>
      <PageHeader title={t('admin.privacy.title')} subtitle={t('admin.privacy.subtitle')} />
      {privacy.isError && (
        <ErrorNotice error={privacy.error} onRetry={() => void privacy.refetch()} />
      )}
      {privacy.isPending && <Skeleton height={240} />}
      {privacy.data && (
        <div className={styles.grid}>
          {(['strict', 'instant'] as const).map((mode) => (
            <ModeCard
              key={mode}
              mode={mode}
              isUsed={privacy.data.mode === mode}
              isBusy={isChoosing}
              onChoose={() => void choose(mode)}
            />
          ))}
          <PrivateBooks
            books={privacy.data.books}
            onChange={(book) => setPrivate.mutate(book)}
            isBusy={setPrivate.isPending}
          />
          <Proofs privacy={privacy.data} />
        </div>
      )}
    </>
  )
}

interface BooksProps {
  books: Privacy['books']
  isBusy: boolean
  onChange(book: { id: string; private: boolean }): void
}

function PrivateBooks({ books, isBusy, onChange }: BooksProps) {
  const { t } = useTranslation()
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('admin.privacy.books')}</h2>
      <p className={classes.cardText}>{t('admin.privacy.books_text')}</p>
      <ul className={styles.books}>
        {books.map((book) => (
          <li key={book.id}>
            <Switch
              label={book.name}
              checked={book.private}
              disabled={isBusy}
              onChange={(event) => onChange({ id: book.id, private: event.currentTarget.checked })}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Proofs({ privacy: { proofs, budget } }: { privacy: Privacy }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rows = [
    ['passed', format.number(proofs.passed)],
    ['refused', format.number(proofs.refused)],
    ['saved', format.bytes(proofs.saved_bytes)],
    [
      'budget',
      budget === null
        ? t('admin.privacy.no_budget')
        : t('admin.privacy.budget', {
            left: format.bytes(budget.left_bytes),
            most: format.bytes(budget.most_bytes),
          }),
    ],
  ] as const
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('admin.privacy.figures')}</h2>
      <p className={classes.cardText}>{t('admin.privacy.figures_text')}</p>
      <dl className={styles.rows}>
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`admin.privacy.row.${key}`)}</dt>
            <dd className="of-num">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
