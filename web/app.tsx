import { AppShell as Shell } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './app.module.css'
import { LiveEvents } from './live/live-events.tsx'
import { useIsSeeing } from './see-as.ts'
import { Arrival } from './shell/arrival.tsx'
import { Header } from './shell/header.tsx'
import { InitialPassword } from './shell/initial-password.tsx'
import { MainNav } from './shell/main-nav.tsx'
import { Palette } from './shell/palette.tsx'
import { SeeAsBanner } from './shell/see-as-banner.tsx'
import { CornerTray } from './upload/corner-tray.tsx'

/** Frame of every page behind the sign-in: header, main navigation, palette, upload tray. */
export function AppShell() {
  const { t } = useTranslation()
  const [menuOpen, menu] = useDisclosure(false)
  const { pathname } = useLocation()
  const isSeeing = useIsSeeing()
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes whenever the page changes
  useEffect(menu.close, [pathname])

  return (
    <Shell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      transitionDuration={120}
    >
      <a href="#content" className={classes.skip}>
        {t('nav.skip')}
      </a>
      <Shell.Header className={classes.header}>
        <Header menuOpen={menuOpen} onMenu={menu.toggle} />
      </Shell.Header>
      <Shell.Navbar className={classes.nav} aria-label={t('nav.label')}>
        <MainNav />
      </Shell.Navbar>
      <Shell.Main id="content" tabIndex={-1} className={classes.main}>
        <SeeAsBanner />
        <InitialPassword />
        <Outlet />
      </Shell.Main>
      <Arrival />
      <Palette />
      {/* Uploads and live events are the reader's own: they wait while somebody else's eyes are used. */}
      {!isSeeing && <CornerTray />}
      {!isSeeing && <LiveEvents />}
    </Shell>
  )
}
