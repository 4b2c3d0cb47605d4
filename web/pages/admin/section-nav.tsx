import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from './admin.module.css'
import { SECTIONS } from './sections.ts'

/** The parts of Admin side by side. */
export function SectionNav() {
  const { t } = useTranslation()
  return (
    <nav aria-label={t('admin.nav')} className={classes.nav}>
      <ul>
        {SECTIONS.map((section) => (
          <li key={section}>
            <Link
              to="/admin/$section"
              params={{ section }}
              className={classes.tab}
              activeProps={{ 'data-active': true }}
            >
              {t(`admin.section.${section}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
