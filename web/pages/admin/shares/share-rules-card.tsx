import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { booksQuery } from '../../library/queries.ts'
import { placeOfChapter } from '../../library/rights.ts'
import adminClasses from '../admin.module.css'
import { usersQuery } from '../users/queries.ts'
import { Facts } from './facts.tsx'

/** What was said of how a watched folder is taken in. */
export function ShareRulesCard({ share }: { share: Share }) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery).data ?? []
  const users = useQuery(usersQuery()).data ?? []
  const place = placeOfChapter(books, share.chapter_id)
  const owner = users.find(({ id }) => id === share.owner_id)
  const facts = [
    { name: t('shares.mode.title'), value: t(`shares.mode.${share.mode}`) },
    {
      name: t('admin.shares.chapter'),
      value: place ? `${place.book.name} › ${place.chapter.name}` : '–',
    },
    { name: t('shares.mapping.title'), value: t(`shares.mapping.${share.mapping}`) },
    { name: t('shares.owner'), value: owner?.display_name ?? '–' },
    { name: t('shares.include'), value: share.include.join(', ') || t('shares.everything') },
    { name: t('admin.shares.exclude'), value: share.exclude.join(', ') || '–' },
    {
      name: t('shares.conflict.title'),
      value: t(`shares.conflict.${share.on_conflict ?? 'chapter'}`),
    },
    {
      name: t('shares.archives.title'),
      value: t(share.expand_archives ? 'shares.archives.expanded' : 'shares.archives.listed'),
    },
    { name: t('shares.schedule'), value: useSchedule(share) },
  ]
  return (
    <section className={adminClasses.card}>
      <h2 className={adminClasses.cardTitle}>{t('shares.rules')}</h2>
      <Facts facts={facts} />
    </section>
  )
}

function useSchedule({ scan_every_ms: ms, scan_from: from, scan_to: to }: Share): string {
  const { t } = useTranslation()
  const format = useFormat()
  const every =
    ms === null ? t('shares.as_configured') : t('shares.every_value', { time: format.duration(ms) })
  return from && to ? t('shares.window_value', { every, from, to }) : every
}
