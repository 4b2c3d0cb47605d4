import { type ComponentProps, createElement } from 'react'
import classes from './grid.module.css'

/*
 * Elements of the grid by their ARIA roles. Those of a table cannot be placed one by one, which a
 * list that draws only the rows in sight needs. None is focusable: the grid has the focus and names
 * the active row.
 */

type Span = ComponentProps<'span'>
type Div = ComponentProps<'div'>

export interface CellProps extends Span {
  column: string
  /** Figures stand at the right. */
  right?: boolean
  /** Less important than the name. */
  quiet?: boolean
}

const look = ({ right, quiet, className }: Pick<CellProps, 'right' | 'quiet' | 'className'>) =>
  [right && classes.right, quiet && classes.quiet, className].filter(Boolean).join(' ') || undefined

const cell = (role: string, { column, right, quiet, className, ...rest }: CellProps) =>
  createElement('span', {
    role,
    'data-column': column,
    className: look({ ...(right && { right }), ...(quiet && { quiet }), className }),
    ...rest,
  })

export const Cell = (props: CellProps) => cell('gridcell', props)
export const HeadCell = (props: CellProps) => cell('columnheader', props)
export const RowBox = (props: Div) => createElement('div', { role: 'row', ...props })
export const RowGroup = (props: Div) => createElement('div', { role: 'rowgroup', ...props })
