import { useFormat } from '../../../parts/format.ts'
import { Highlight } from '../../../parts/highlight.tsx'
import { within } from './marks.ts'
import type { PartProps } from './part-view.tsx'
import classes from './text.module.css'

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** The head of a mail: one line `Name: value` each. */
export function MailHead({ part: { text }, marks }: PartProps) {
  const format = useFormat()
  let at = 0
  return (
    <dl className={classes.mailHead}>
      {text.split('\n').map((line) => {
        const start = at
        at += line.length + 1
        const colon = line.indexOf(': ')
        const from = colon < 0 ? 0 : colon + 2
        const own = within(marks, start + from, start + line.length)
        const value = line.slice(from)
        // As the reader writes dates, unless a part of it was searched for.
        const date = own.length === 0 && ISO_TIME.test(value) ? Date.parse(value) : Number.NaN
        return (
          <div key={start} className={classes.mailLine}>
            <dt>{colon < 0 ? '' : line.slice(0, colon)}</dt>
            <dd>
              {Number.isNaN(date) ? (
                <Highlight text={value} marks={own} />
              ) : (
                <time dateTime={value}>{format.dateTime(date)}</time>
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
