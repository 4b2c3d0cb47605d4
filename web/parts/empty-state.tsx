import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

interface Props {
  icon: ReactNode
  title: string
  /** What to do next, in a sentence or two. */
  children?: ReactNode
  /** Buttons or links of the next step. */
  action?: ReactNode
  /** Of its heading; 1 when it is all the page has to say. */
  level?: 1 | 2
}

/** What a list says when it has nothing: why, and what to do next. */
export function EmptyState({ icon, title, children, action, level = 2 }: Props) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div className={classes.empty}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Heading className={classes.title}>{title}</Heading>
      {children && <div className={classes.text}>{children}</div>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  )
}
