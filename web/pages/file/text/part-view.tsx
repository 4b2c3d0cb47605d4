import { useTranslation } from 'react-i18next'
import type { TextPart } from '../../../api-types.ts'
import { Highlight } from '../../../parts/highlight.tsx'
import { locatorWords } from '../../../parts/locator.ts'
import type { Range } from '../passage.ts'
import { within } from './marks.ts'
import { SheetTable } from './sheet-table.tsx'
import classes from './text.module.css'

export interface PartProps {
  part: TextPart
  marks: readonly Range[]
  /** The line a hit names, from 1. */
  line?: number | undefined
}

/** One part, drawn as what it is: slide, sheet, lines, section or page. */
export function PartView({ part, marks, line }: PartProps) {
  const { locator, text } = part
  if (locator.slide !== undefined) return <Slide part={part} marks={marks} />
  if (locator.sheet !== undefined) return <SheetTable part={part} marks={marks} />
  if (locator.line !== undefined) return <Lines part={part} marks={marks} line={line} />
  const from = afterHeading(part)
  return (
    <section className={classes.section}>
      <Heading part={part} />
      <p className={classes.prose}>
        <Highlight text={text.slice(from)} marks={within(marks, from, text.length)} />
      </p>
    </section>
  )
}

/** Where the text goes on when it begins with its own heading, which is shown already. */
function afterHeading({ text, locator: { heading } }: TextPart): number {
  if (!heading || !text.startsWith(`${heading}\n`)) return 0
  return start(text, heading.length)
}

function Heading({ part: { locator } }: Pick<PartProps, 'part'>) {
  const { t } = useTranslation()
  const words = locatorWords(t, locator)
  if (!words) return null
  return (
    <h2 className={locator.heading ? classes.heading : classes.label} data-locator>
      {words}
    </h2>
  )
}

const NOTES = 'Speaker notes: '

function Slide({ part: { text, locator }, marks }: PartProps) {
  const { t } = useTranslation()
  const isNotes = text.startsWith(NOTES)
  const end = text.indexOf('\n')
  const cut = isNotes || end < 0 ? 0 : end
  return (
    <section className={classes.slide} data-notes={isNotes}>
      <h2 className={classes.label}>
        {isNotes
          ? t('file.text.notes', { slide: locator.slide })
          : t('locator.slide', { slide: locator.slide })}
      </h2>
      {cut > 0 && (
        <p className={classes.slideTitle}>
          <Highlight text={text.slice(0, cut)} marks={within(marks, 0, cut)} />
        </p>
      )}
      <p className={classes.prose}>
        <Highlight
          text={text.slice(isNotes ? NOTES.length : cut).trimStart()}
          marks={within(marks, start(text, isNotes ? NOTES.length : cut), text.length)}
        />
      </p>
    </section>
  )
}

/** The first letter at or after `from`. */
const start = (text: string, from: number): number =>
  from + (text.slice(from).length - text.slice(from).trimStart().length)

function Lines({ part: { text, locator }, marks, line }: PartProps) {
  let at = 0
  const first = locator.line ?? 1
  return (
    <div className={classes.lines}>
      {text.split('\n').map((words, index) => {
        const start = at
        at += words.length + 1
        const number = first + index
        return (
          <div
            key={number}
            className={classes.line}
            data-number={number}
            data-here={number === line || undefined}
          >
            <span>
              <Highlight text={words} marks={within(marks, start, start + words.length)} />
            </span>
          </div>
        )
      })}
    </div>
  )
}
