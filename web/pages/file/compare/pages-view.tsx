import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import { CannotShow } from '../cannot-show.tsx'
import { contentAddress } from '../queries.ts'
import type { CompareSearch } from './address.ts'
import classes from './compare.module.css'
import { PagePair } from './page-pair.tsx'
import type { Pair } from './queries.ts'
import type { Row, UnitPair, Units } from './types.ts'
import type { Loading } from './use-changes.ts'
import { usePdfs } from './use-pdfs.ts'

interface Props {
  pair: Pair
  units: Units
  rows: readonly Row[]
  place: CompareSearch
  query: Loading
}

/** Pairs that are laid out at once; each is drawn when it comes near. */
const STEP = 40

/** One and the same, or pages without changes would be drawn again and again. */
const NONE: readonly Row[] = []

/** Pages of two PDFs beside each other, each beside the one it became, with what changed outlined. */
export function PagesView({ pair, units, rows, place, query }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [shown, setShown] = useState(STEP)
  const pdfs = usePdfs(contentAddress(pair.from, true), contentAddress(pair.to, true))
  useAllRows(query)
  const byPage = useMemo(() => rowsByPage(rows), [rows])
  const wanted = units.pairs.filter((each) => place.all || isOfInterest(each))
  if (pdfs.state === 'failed') return <CannotShow why={t('file.pdf.broken')} />
  if (wanted.length === 0) return <p className={classes.quiet}>{t('compare.no_pages')}</p>
  return (
    <>
      <ol className={classes.pages}>
        {wanted.slice(0, shown).map((each) => (
          <PagePair
            key={`${each.from} ${each.to}`}
            pages={each}
            pdfs={pdfs.state === 'open' ? pdfs : undefined}
            rows={{
              from: byPage.from.get(Number(each.from)) ?? NONE,
              to: byPage.to.get(Number(each.to)) ?? NONE,
            }}
          />
        ))}
      </ol>
      {shown < wanted.length && (
        <Button variant="default" onClick={() => setShown(shown + STEP)}>
          {t('compare.more_pages', { total: format.number(wanted.length - shown) })}
        </Button>
      )}
    </>
  )
}

/** Changed, new or gone, or without words, so that only a look tells. */
const isOfInterest = ({ from, to, changes, is_silent: isSilent }: UnitPair): boolean =>
  changes > 0 || isSilent || from === null || to === null

/** Outlines need the rows of their page, and those come in the order of the text. */
function useAllRows({ data, hasNextPage, isFetchingNextPage, fetchNextPage }: Loading): void {
  useEffect(() => {
    if (data && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [data, hasNextPage, isFetchingNextPage, fetchNextPage])
}

function rowsByPage(rows: readonly Row[]) {
  const pages = { from: new Map<number, Row[]>(), to: new Map<number, Row[]>() }
  for (const row of rows) {
    if (row.kind === 'same' || row.kind === 'fold') continue
    for (const which of ['from', 'to'] as const) {
      const isOther = row.kind === (which === 'from' ? 'moved_here' : 'moved_away')
      const page = row[which]?.page
      if (page === undefined || isOther) continue
      pages[which].set(page, [...(pages[which].get(page) ?? []), row])
    }
  }
  return pages
}
