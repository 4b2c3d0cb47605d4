import { Checkbox, Radio } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Facets as Counts, type Kind, kindOf } from '../../api-types.ts'
import { useFormat } from '../../parts/format.ts'
import classes from './facets.module.css'
import { CHANGED, type Changed, type SearchState } from './state.ts'

interface Props {
  counts: Counts | undefined
  state: SearchState
  onChange: (part: Partial<SearchState>) => void
  /** Names of books by id, for chosen ones that no hit lies in. */
  bookNames: ReadonlyMap<string, string>
}

/** Narrowing by type, book and time, with how many hits each would leave. */
export function Facets({ counts, state, onChange, bookNames }: Props) {
  const { t } = useTranslation()
  const kinds = withChosen(
    (counts?.kind ?? []).map(({ value, count }) => ({ value: kindOf(value), count })),
    state.type ?? [],
  )
  const books = withChosen(
    (counts?.book ?? []).map(({ id, count }) => ({ value: id, count })),
    state.book ?? [],
  )
  const nameOf = (id: string) =>
    counts?.book.find((book) => book.id === id)?.name ?? bookNames.get(id) ?? id
  return (
    <div className={classes.facets}>
      <Group title={t('search.type')} hidden={kinds.length === 0}>
        <Choices
          rows={kinds.map((row) => ({ ...row, label: t(`kind.${row.value}`) }))}
          chosen={state.type ?? []}
          onChange={(type) => onChange({ type: type as Kind[] })}
        />
      </Group>
      <Group title={t('search.book')} hidden={books.length === 0}>
        <Choices
          rows={books.map((row) => ({ ...row, label: nameOf(row.value) }))}
          chosen={state.book ?? []}
          onChange={(book) => onChange({ book, chapter: [] })}
        />
      </Group>
      <ChangedFacet counts={counts} state={state} onChange={onChange} />
    </div>
  )
}

/** Chosen values keep their row even when nothing is left in it, or they could not be taken back. */
function withChosen<T extends string>(
  rows: { value: T; count: number }[],
  chosen: readonly T[],
): { value: T; count: number }[] {
  const missing = chosen.filter((value) => !rows.some((row) => row.value === value))
  return [...rows, ...missing.map((value) => ({ value, count: 0 }))]
}

function Group(props: { title: string; hidden?: boolean; children: ReactNode }) {
  if (props.hidden) return null
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{props.title}</legend>
      {props.children}
    </fieldset>
  )
}

interface ChoicesProps {
  rows: { value: string; label: string; count: number }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

function Choices({ rows, chosen, onChange }: ChoicesProps) {
  const toggle = (value: string, on: boolean) =>
    onChange(on ? [...chosen, value] : chosen.filter((one) => one !== value))
  return rows.map(({ value, label, count }) => (
    <Checkbox
      key={value}
      className={classes.row ?? ''}
      checked={chosen.includes(value)}
      onChange={(event) => toggle(value, event.currentTarget.checked)}
      label={<Label text={label} count={count} />}
    />
  ))
}

function Label({ text, count }: { text: string; count?: number | undefined }) {
  const format = useFormat()
  return (
    <span className={classes.label}>
      <span className={classes.text}>{text}</span>
      {count !== undefined && <span className={classes.count}>{format.number(count)}</span>}
    </span>
  )
}

function ChangedFacet({ counts, state, onChange }: Omit<Props, 'bookNames'>) {
  const { t } = useTranslation()
  const countOf = (span: Changed) => counts?.changed.find((row) => row.value === span)?.count
  return (
    <Radio.Group
      value={state.changed ?? 'any'}
      onChange={(span) => onChange({ changed: CHANGED.find((one) => one === span) })}
      label={t('search.changed')}
      labelProps={{ className: classes.legend }}
      className={classes.group ?? ''}
    >
      <Radio
        size="sm"
        value="any"
        className={classes.row ?? ''}
        label={<Label text={t('search.changed_any')} />}
      />
      {CHANGED.map((span) => (
        <Radio
          key={span}
          size="sm"
          value={span}
          className={classes.row ?? ''}
          label={<Label text={t(`search.changed_${span}`)} count={countOf(span)} />}
        />
      ))}
    </Radio.Group>
  )
}
