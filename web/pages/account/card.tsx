import { type ReactNode, useId } from 'react'
import classes from './account.module.css'

interface Props {
  title: string
  hint?: string
  /** Button beside the title. */
  action?: ReactNode
  children?: ReactNode
}

/** One named part of the account page. */
export function Card({ title, hint, action, children }: Props) {
  const id = useId()
  return (
    <section className={`of-card ${classes.card}`} aria-labelledby={id}>
      <div className={classes.cardHead}>
        <div>
          <h2 id={id} className={classes.cardTitle}>
            {title}
          </h2>
          {hint && <p className={classes.hint}>{hint}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}
