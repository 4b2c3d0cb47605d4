import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from './crumbs.module.css'

export interface Crumb {
  label: string
  /** Path inside this site; the last crumb usually has none. */
  to?: string
}

/** Where a thing lies: book › chapter › folder. */
export function Crumbs({ items }: { items: readonly Crumb[] }) {
  const { t } = useTranslation()
  return (
    <nav aria-label={t('common.breadcrumbs')}>
      <ol className={classes.list}>
        {items.map((item, index) => (
          <li key={item.to ?? item.label} className={classes.item}>
            {item.to ? (
              <Link to={item.to} className={classes.link}>
                {item.label}
              </Link>
            ) : (
              <span aria-current={index === items.length - 1 ? 'page' : undefined}>
                {item.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
