import { useTranslation } from 'react-i18next'
import { Highlight } from '../../../parts/highlight.tsx'
import { locatorWords } from '../../../parts/locator.ts'
import type { Range } from '../passage.ts'
import { within } from './marks.ts'
import type { PartProps } from './part-view.tsx'
import { type Cell, type Line, tableOf } from './table.ts'
import classes from './text.module.css'

/** A range of a sheet as a table. */
export function SheetTable({ part, marks }: PartProps) {
  const { t } = useTranslation()
  const { header, rows } = tableOf(part.text, part.locator.cells)
  const name = locatorWords(t, part.locator)
  const numbered = rows.some(({ number }) => number !== undefined)
  return (
    <section className={classes.section}>
      <h2 className={classes.label}>{name}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by keys too */}
      <section className={classes.sheet} tabIndex={0} aria-label={name}>
        <table>
          {header && (
            <thead>
              <tr>
                {numbered && <td className={classes.number}>{header.number}</td>}
                {header.cells.map((cell) => (
                  <th key={cell.start} scope="col">
                    <Words cell={cell} marks={marks} />
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {rows.map((row) => (
              <Row key={row.cells[0]?.start} row={row} marks={marks} numbered={numbered} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Row(props: { row: Line; marks: readonly Range[]; numbered: boolean }) {
  const { row, marks, numbered } = props
  return (
    <tr>
      {numbered && (
        <th scope="row" className={classes.number}>
          {row.number}
        </th>
      )}
      {row.cells.map((cell) => (
        <td key={cell.start}>
          <Words cell={cell} marks={marks} />
        </td>
      ))}
    </tr>
  )
}

const Words = ({ cell, marks }: { cell: Cell; marks: readonly Range[] }) => (
  <Highlight text={cell.text} marks={within(marks, cell.start, cell.start + cell.text.length)} />
)
