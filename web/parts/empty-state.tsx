import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

interface Props {
  icon: ReactNode
  title: string
  /** What to do next, in a sentence or two. */
  children?: ReactNode
  /** Buttons or links of the next step. */
  action?: ReactNode
}

/** What a list says when it has nothing: why, and what to do next. */
export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <div className={classes.empty}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  )
}
