import classes from './shares.module.css'

export interface Fact {
  name: string
  value: string
  /** A quiet line below, where the value alone says too little. */
  hint?: string
  isBad?: boolean
  isWarn?: boolean
}

/** Names and values side by side, as many in a row as fit. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ name, value, hint, isBad, isWarn }) => (
        <div key={name}>
          <dt className={classes.factName}>{name}</dt>
          <dd
            className={classes.factValue}
            data-bad={isBad || undefined}
            data-warn={isWarn || undefined}
          >
            {value}
          </dd>
          {hint && <dd className={classes.hint}>{hint}</dd>}
        </div>
      ))}
    </dl>
  )
}
