import { Highlight } from '../../../parts/highlight.tsx'
import { within } from './marks.ts'
import type { PartProps } from './part-view.tsx'
import classes from './text.module.css'

/** The head of a mail: one line `Name: value` each. */
export function MailHead({ part: { text }, marks }: PartProps) {
  let at = 0
  return (
    <dl className={classes.mailHead}>
      {text.split('\n').map((line) => {
        const start = at
        at += line.length + 1
        const colon = line.indexOf(': ')
        const from = colon < 0 ? 0 : colon + 2
        return (
          <div key={start} className={classes.mailLine}>
            <dt>{colon < 0 ? '' : line.slice(0, colon)}</dt>
            <dd>
              <Highlight
                text={line.slice(from)}
                marks={within(marks, start + from, start + line.length)}
              />
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
