import {
  ActionIcon,
  Burger,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountMenu } from './account-menu.tsx'
import classes from './header.module.css'
import { openPalette } from './palette-store.ts'

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent)

interface Props {
  menuOpen: boolean
  onMenu: () => void
}

export function Header({ menuOpen, onMenu }: Props) {
  const { t } = useTranslation()
  return (
    <div className={classes.bar}>
      <div className={classes.left}>
        <Burger
          hiddenFrom="sm"
          size="sm"
          opened={menuOpen}
          onClick={onMenu}
          aria-label={menuOpen ? t('nav.close') : t('nav.open')}
          aria-expanded={menuOpen}
        />
        <Link to="/search" className={classes.brand} aria-label={t('nav.home')}>
          <span className={classes.logo} aria-hidden />
          <span className={classes.name}>Onefold</span>
        </Link>
      </div>
      <UnstyledButton
        className={classes.search}
        onClick={openPalette}
        aria-keyshortcuts="Control+K"
        aria-haspopup="dialog"
      >
        <IconSearch size={16} stroke={1.75} aria-hidden />
        <span className={classes.searchText}>{t('header.search')}</span>
        <span className={classes.searchShort}>{t('header.search_short')}</span>
        <kbd className={classes.keys} aria-hidden>
          {IS_MAC ? '⌘ K' : t('header.keys')}
        </kbd>
      </UnstyledButton>
      <div className={classes.right}>
        <ThemeToggle />
        <AccountMenu />
      </div>
    </div>
  )
}

/** Light or dark. "As the system" is on the account page. */
function ThemeToggle() {
  const { t } = useTranslation()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  const label = dark ? t('header.to_light') : t('header.to_dark')
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={label}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
      >
        {dark ? (
          <IconSun size={20} stroke={1.5} color="var(--of-text)" />
        ) : (
          <IconMoon size={20} stroke={1.5} color="var(--of-text)" />
        )}
      </ActionIcon>
    </Tooltip>
  )
}
