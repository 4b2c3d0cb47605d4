import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './admin.module.css'
import { SECTIONS } from './sections.ts'

/** The parts of Admin side by side. */
export function SectionNav() {
  const { t } = useTranslation()
  const { section: current } = useParams({ strict: false })
  const here = useRef<HTMLElement>(null)
  // On a phone the row of tabs is longer than the window.
  useEffect(() => {
    const active = current && here.current?.querySelector(`a[href$="/${current}"]`)
    if (active) active.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [current])
  return (
    <nav ref={here} aria-label={t('admin.nav')} className={classes.nav}>
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
