import { Button } from '@mantine/core'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import classes from './compare.module.css'
import { useFoldRows } from './fold.tsx'
import type { Pair } from './queries.ts'
import type { Row } from './types.ts'

interface Props {
  pair: Pair
  rows: readonly Row[]
  goTo: (at: number) => void
}

/** Rows of sheets, cell by cell: one table for each sheet. */
export function SheetRows({ pair, rows, goTo }: Props) {
  const { t } = useTranslation()
  return sheetsOf(rows).map(({ name, rows: own }) => (
    <div key={own[0]?.at} className={classes.sheet}>
      <h2 className={classes.place}>{t('locator.sheet', { sheet: name })}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by keys too */}
      <section className={classes.scroll} tabIndex={0} aria-label={name}>
        <table className={classes.table}>
          <tbody>
            {own.map((row) =>
              row.kind === 'fold' ? (
                <FoldRows key={row.at} pair={pair} row={row} goTo={goTo} />
              ) : (
                <SheetRow key={row.at} row={row} goTo={goTo} />
              ),
            )}
          </tbody>
        </table>
      </section>
    </div>
  ))
}

/** Consecutive rows of one sheet. A fold belongs to the sheet it begins in. */
function sheetsOf(rows: readonly Row[]): { name: string; rows: Row[] }[] {
  const sheets: { name: string; rows: Row[] }[] = []
  for (const row of rows) {
    const here = row.kind === 'moved_away' ? row.from : (row.to ?? row.from)
    const name = here?.sheet ?? ''
    const last = sheets.at(-1)
    if (last?.name === name) last.rows.push(row)
    else sheets.push({ name, rows: [row] })
  }
  return sheets
}

/** Number of the row in the sheet, as far as it is known. */
const numberOf = (locator: Row['from']): string => /\d+/.exec(locator?.cells ?? '')?.[0] ?? ''

function SheetRow({ row, goTo }: { row: Row; goTo: (at: number) => void }) {
  const { t } = useTranslation()
  const { kind, partner } = row
  const isMove = kind === 'moved_away' || kind === 'moved_here'
  return (
    <tr
      className={classes.tableRow}
      data-kind={kind}
      data-row={row.at}
      data-change={row.change ?? undefined}
      tabIndex={row.change ? -1 : undefined}
    >
      <th scope="row" className={classes.number}>
        {kind !== 'same' && kind !== 'fold' && (
          <span className="of-hidden">{t(`compare.kind.${kind}`)} </span>
        )}
        {kind === 'added' || kind === 'moved_here' ? '' : numberOf(row.from)}
      </th>
      <td className={classes.number}>
        {kind === 'removed' || kind === 'moved_away' ? '' : numberOf(row.to)}
      </td>
      <Cells row={row} />
      {isMove && (
        <td>
          <button
            type="button"
            className={classes.move}
            onClick={() => partner !== null && goTo(partner)}
          >
            {t(`compare.kind.${kind}`)}
          </button>
        </td>
      )}
    </tr>
  )
}

function Cells({ row: { kind, text, cells } }: { row: Row }) {
  if (cells) {
    return cells.map(({ op, from, to }, column) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a column is where it stands
      <td key={column} data-op={op}>
        {op === 'same' ? from : null}
        {op === 'changed' || op === 'removed' ? (
          <del className={classes.removed}>{from}</del>
        ) : null}
        {op === 'changed' ? ' ' : null}
        {op === 'changed' || op === 'added' ? <ins className={classes.added}>{to}</ins> : null}
      </td>
    ))
  }
  const Tag = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : Fragment
  const props = kind === 'added' || kind === 'removed' ? { className: classes[kind] as string } : {}
  return (text ?? '').split('\t').map((cell, column) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a column is where it stands
    <td key={column}>{cell === '' ? '' : <Tag {...props}>{cell}</Tag>}</td>
  ))
}

function FoldRows({ pair, row, goTo }: { pair: Pair; row: Row; goTo: (at: number) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const count = row.count ?? 0
  return (
    <>
      <tr>
        <td colSpan={99} className={classes.fold}>
          <Button
            size="compact-sm"
            variant="subtle"
            className={classes.foldButton ?? ''}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {t('compare.fold_rows', { count, total: format.number(count) })}
          </Button>
        </td>
      </tr>
      {isOpen && <InsideRows pair={pair} row={row} goTo={goTo} />}
    </>
  )
}

function InsideRows({ pair, row, goTo }: { pair: Pair; row: Row; goTo: (at: number) => void }) {
  const { t } = useTranslation()
  const inside = useFoldRows(pair, row)
  const rows = inside.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      {rows.map((one) => (
        <SheetRow key={one.at} row={one} goTo={goTo} />
      ))}
      {(inside.isPending || inside.hasNextPage) && (
        <tr>
          <td colSpan={99} className={classes.fold}>
            <Button
              size="compact-sm"
              variant="default"
              loading={inside.isFetching}
              onClick={() => void inside.fetchNextPage()}
            >
              {t('common.more')}
            </Button>
          </td>
        </tr>
      )}
    </>
  )
}
