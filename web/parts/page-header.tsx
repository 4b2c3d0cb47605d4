import type { ReactNode } from 'react'
import classes from './page-header.module.css'
import { usePageTitle } from './page-title.ts'

interface Props {
  title: string
  /** One quiet line under the title. */
  subtitle?: ReactNode
  /** Buttons on the right; they wrap below the title on a phone. */
  actions?: ReactNode
  /** Above the title, such as breadcrumbs. */
  above?: ReactNode
}

/** Head of a page: sets the window's title too. */
export function PageHeader({ title, subtitle, actions, above }: Props) {
  usePageTitle(title)
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {above}
        <h1 className={classes.title}>{title}</h1>
        {subtitle && <div className={classes.subtitle}>{subtitle}</div>}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  )
}
