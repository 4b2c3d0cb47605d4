import { Menu, UnstyledButton } from '@mantine/core'
import { IconApi, IconLogout, IconUserCog } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toast } from '../parts/toast.tsx'
import { useIsSeeing } from '../see-as.ts'
import { useSession, useSignOut } from '../session.ts'
import classes from './account-menu.module.css'

/** First letters of the first two words of a name. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase()

export function AccountMenu() {
  const { t } = useTranslation()
  const { user } = useSession()
  const signOut = useSignOut()
  const isSeeing = useIsSeeing()
  return (
    <Menu position="bottom-end" width={240} withinPortal={false}>
      <Menu.Target>
        <UnstyledButton
          className={classes.avatar}
          aria-label={t('header.account_of', { name: user.display_name })}
          data-initials={initials(user.display_name || user.username)}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <div className={classes.display}>{user.display_name}</div>
          <div className="of-dim">{user.username}</div>
        </div>
        <Menu.Divider />
        {!isSeeing && (
          <Menu.Item component={Link} to="/account" leftSection={<IconUserCog size={16} />}>
            {t('header.account')}
          </Menu.Item>
        )}
        <Menu.Item component="a" href="/api/v1/docs" leftSection={<IconApi size={16} />}>
          {t('header.api_docs')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => void signOut().catch(toast.failed)}
        >
          {t('header.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
