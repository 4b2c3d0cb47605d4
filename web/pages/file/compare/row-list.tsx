import { useTranslation } from 'react-i18next'
import { locatorWords } from '../../../parts/locator.ts'
import classes from './compare.module.css'
import { Fold } from './fold.tsx'
import type { Pair } from './queries.ts'
import { InlineRow, SideRow } from './row-view.tsx'
import type { Row } from './types.ts'

interface Props {
  pair: Pair
  rows: readonly Row[]
  /** One column instead of two. */
  isInline: boolean
  goTo: (at: number) => void
}

/** The rows of a comparison, in order of reading. */
export function RowList({ pair, rows, isInline, goTo }: Props) {
  const View = isInline ? InlineRow : SideRow
  return (
    <ol className={classes.list} data-inline={isInline || undefined}>
      {rows.map((row, index) =>
        row.kind === 'fold' ? (
          <Fold key={row.at} pair={pair} row={row}>
            {(inside) => <RowItems rows={inside} before={row} View={View} goTo={goTo} />}
          </Fold>
        ) : (
          <RowItems key={row.at} rows={[row]} before={rows[index - 1]} View={View} goTo={goTo} />
        ),
      )}
    </ol>
  )
}

interface ItemsProps {
  rows: readonly Row[]
  before: Row | undefined
  View: typeof InlineRow
  goTo: (at: number) => void
}

function RowItems({ rows, before, View, goTo }: ItemsProps) {
  return rows.map((row, index) => (
    <li
      key={row.at}
      className={classes.row}
      data-kind={row.kind}
      data-row={row.at}
      data-change={row.change ?? undefined}
      tabIndex={row.change ? -1 : undefined}
    >
      <Place row={row} before={index === 0 ? before : rows[index - 1]} />
      <View row={row} goTo={goTo} />
    </li>
  ))
}

/** Page, slide or heading of a row, where another one begins. */
function Place({ row, before }: { row: Row; before: Row | undefined }) {
  const { t } = useTranslation()
  const wordsOf = (one: Row | undefined) => {
    const here = (['from', 'to'] as const).map((which) => {
      const locator = one?.[which]
      // Lines are numbered by themselves: a title for each would drown them.
      return locator && locator.line === undefined ? locatorWords(t, locator) : undefined
    })
    const isMove = one?.kind === 'moved_away' || one?.kind === 'moved_here'
    const [from, to] = isMove
      ? one.kind === 'moved_away'
        ? [here[0]]
        : [undefined, here[1]]
      : here
    return from && to && from !== to ? `${from} → ${to}` : (to ?? from)
  }
  const words = wordsOf(row)
  if (words === undefined || words === wordsOf(before)) return null
  return <p className={classes.place}>{words}</p>
}
