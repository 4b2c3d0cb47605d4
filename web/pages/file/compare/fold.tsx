import { Button } from '@mantine/core'
import { IconFold, IconFoldDown } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { LoadMore } from '../../../parts/load-more.tsx'
import classes from './compare.module.css'
import { comparisonQuery, type Pair } from './queries.ts'
import type { Row } from './types.ts'

interface Props {
  pair: Pair
  row: Row
  /** Draws the rows inside. */
  children: (rows: readonly Row[]) => ReactNode
}

/** A stretch that is the same in both, left out until it is asked for. */
export function Fold({ pair, row, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const count = row.count ?? 0
  const words = { count, total: format.number(count) }
  return (
    <>
      <li className={classes.fold}>
        <Button
          size="compact-sm"
          variant="subtle"
          className={classes.foldButton ?? ''}
          leftSection={
            isOpen ? <IconFold size={14} aria-hidden /> : <IconFoldDown size={14} aria-hidden />
          }
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t('compare.fold', words)}
        </Button>
      </li>
      {isOpen && (
        <Inside pair={pair} row={row}>
          {children}
        </Inside>
      )}
    </>
  )
}

function Inside({ pair, row, children }: Props) {
  const { t } = useTranslation()
  const inside = useFoldRows(pair, row)
  if (inside.isError) {
    return (
      <li>
        <ErrorNotice error={inside.error} onRetry={() => void inside.refetch()} />
      </li>
    )
  }
  if (inside.isPending) return <li className={classes.fold}>{t('common.loading')}</li>
  return (
    <>
      {children(inside.data.pages.flatMap((page) => page.rows))}
      {inside.hasNextPage && (
        <li>
          <LoadMore
            loading={inside.isFetchingNextPage}
            onMore={() => void (inside.isFetchingNextPage || inside.fetchNextPage())}
          />
        </li>
      )}
    </>
  )
}

/** The rows of a fold, page by page. */
export const useFoldRows = (pair: Pair, { at, count }: Row) =>
  useInfiniteQuery(comparisonQuery(pair, { at, count: count ?? 1 }))
