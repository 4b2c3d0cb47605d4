import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import type { CompareSearch } from './address.ts'
import classes from './compare.module.css'
import type { Comparison, Counts } from './types.ts'
import type { Changes } from './use-changes.ts'

interface Props {
  first: Comparison
  place: CompareSearch
  changes: Changes
  isPdf: boolean
  hasLayouts: boolean
}

/** How much changed, the way to the next change, and how it is shown. Stays in sight. */
export function ChangeBar({ first, place, changes, isPdf, hasLayouts }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/file/$documentId/compare' })
  const show = (change: Partial<CompareSearch>) =>
    void navigate({
      search: (before) => ({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    })
  const isPages = isPdf && place.view === 'pages'
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('compare.tools')}>
      {first.counts && <CountWords counts={first.counts} basis={first.basis} />}
      <div className={classes.tools}>
        {!isPages && changes.total > 0 && <Steps changes={changes} />}
        {isPdf && (
          <SegmentedControl
            size="xs"
            aria-label={t('file.view')}
            value={place.view ?? 'text'}
            onChange={(view) => show({ view: view === 'pages' ? 'pages' : undefined })}
            data={[
              { value: 'text', label: t('compare.text') },
              { value: 'pages', label: t('compare.pages') },
            ]}
          />
        )}
        {isPages && (
          <SegmentedControl
            size="xs"
            aria-label={t('compare.which_pages')}
            value={place.all ? 'all' : 'changed'}
            onChange={(which) => show({ all: which === 'all' ? true : undefined })}
            data={[
              { value: 'changed', label: t('compare.changed_pages') },
              { value: 'all', label: t('compare.all_pages') },
            ]}
          />
        )}
        {hasLayouts && (
          <SegmentedControl
            size="xs"
            aria-label={t('compare.layout')}
            value={place.layout ?? 'side'}
            onChange={(layout) => show({ layout: layout === 'inline' ? 'inline' : undefined })}
            data={[
              { value: 'side', label: t('compare.side') },
              { value: 'inline', label: t('compare.inline') },
            ]}
          />
        )}
      </div>
    </div>
  )
}

function CountWords({ counts, basis }: { counts: Counts; basis: Comparison['basis'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (counts.changes === 0) return <p className={classes.counts}>{t('compare.no_changes')}</p>
  const kinds = (['added', 'removed', 'changed', 'moved'] as const).filter((kind) => counts[kind])
  return (
    <p className={classes.counts}>
      {kinds.map((kind) => (
        <span key={kind} className={classes.count} data-kind={kind}>
          {t(basis === 'cells' ? `compare.count_rows.${kind}` : `compare.count.${kind}`, {
            count: counts[kind],
            total: format.number(counts[kind]),
          })}
        </span>
      ))}
      <span className={classes.quiet}>
        {t('compare.words', {
          added: format.number(counts.words_added),
          removed: format.number(counts.words_removed),
        })}
      </span>
    </p>
  )
}

function Steps({ changes: { current, total, step } }: { changes: Changes }) {
  const { t } = useTranslation()
  const format = useFormat()
  const places = { current: format.number(current), total: format.number(total) }
  return (
    <div className={classes.steps}>
      <Tooltip label={t('compare.previous')}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('compare.previous')}
          aria-keyshortcuts="p"
          disabled={current <= 1}
          onClick={() => step(-1)}
        >
          <IconChevronUp size={16} />
        </ActionIcon>
      </Tooltip>
      <span className={classes.position} role="status">
        {current === 0
          ? t('compare.changes', { count: total, total: format.number(total) })
          : t('compare.position', places)}
      </span>
      <Tooltip label={t('compare.next')}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('compare.next')}
          aria-keyshortcuts="n"
          disabled={current >= total}
          onClick={() => step(1)}
        >
          <IconChevronDown size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
