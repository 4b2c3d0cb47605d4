import {
  type Icon,
  IconActivity,
  IconBooks,
  IconSearch,
  IconSettings,
  IconUpload,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useIsSeeing } from '../see-as.ts'
import { useIsOrgAdmin } from '../session.ts'
import classes from './main-nav.module.css'

export interface Destination {
  key: 'search' | 'library' | 'uploads' | 'activity' | 'admin'
  to: string
  icon: Icon
}

const SHARED: readonly Destination[] = [
  { key: 'search', to: '/search', icon: IconSearch },
  { key: 'library', to: '/library', icon: IconBooks },
]
const EVERYONE: readonly Destination[] = [
  ...SHARED,
  { key: 'uploads', to: '/uploads', icon: IconUpload },
  { key: 'activity', to: '/activity', icon: IconActivity },
]
const ADMINS: readonly Destination[] = [{ key: 'admin', to: '/admin', icon: IconSettings }]

/** The pages this person can go to, for the navigation and the palette. */
export function useDestinations(): readonly Destination[] {
  const isAdmin = useIsOrgAdmin()
  // Uploads and activity are private: nobody sees them as somebody else.
  if (useIsSeeing()) return SHARED
  return isAdmin ? [...EVERYONE, ...ADMINS] : EVERYONE
}

export function MainNav() {
  const { t } = useTranslation()
  return (
    <ul className={classes.list}>
      {useDestinations().map(({ key, to, icon: Shape }) => (
        <li key={key}>
          <Link to={to} className={classes.link} activeProps={{ 'data-active': true }}>
            <Shape size={18} stroke={1.5} aria-hidden />
            {t(`nav.${key}`)}
          </Link>
        </li>
      ))}
    </ul>
  )
}
