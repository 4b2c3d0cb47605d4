import { ActionIcon, Avatar, Menu } from '@mantine/core'
import {
  IconCursorText,
  IconDots,
  IconEye,
  IconKey,
  IconShield,
  IconShieldOff,
  IconUserCheck,
  IconUserOff,
  IconUserSearch,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UserRow as User } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { toast } from '../../../parts/toast.tsx'
import { useSeeAs } from '../../../see-as.ts'
import { NameDialog } from '../../library/dialogs/name-dialog.tsx'
import type { ShownPassword } from './new-password.tsx'
import { generatePassword } from './password.ts'
import { useChangeUser } from './queries.ts'
import classes from './users.module.css'
import { WhatSeesDrawer } from './what-sees-drawer.tsx'

interface Props {
  user: User
  onPassword: (shown: ShownPassword) => void
}

/** One account with what can be done about it. */
export function UserRow({ user, onPassword }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const disabled = user.disabled_at !== null
  return (
    <div className={classes.row} data-disabled={disabled || undefined}>
      <Avatar
        size={28}
        radius="xl"
        name={user.display_name}
        aria-hidden
        classNames={{ placeholder: classes.avatar ?? '' }}
      />
      <span className={classes.who}>
        <b className="of-clip">{user.display_name}</b>
        <span className={`of-clip ${classes.quiet}`}>{user.username}</span>
      </span>
      <span data-cell="role" data-role={user.org_role}>
        {user.org_role === 'admin' ? (
          <Pill tone="good" icon={IconShield} label={t('admin.users.admin')} />
        ) : (
          <span className={classes.quiet}>{t('admin.users.member')}</span>
        )}
      </span>
      <span data-cell="state">
        {disabled ? (
          <Pill tone="quiet" icon={IconUserOff} label={t('admin.users.disabled')} />
        ) : (
          <Pill tone="good" label={t('admin.users.active')} />
        )}
      </span>
      <span data-cell="since" className={`of-num ${classes.quiet}`}>
        {format.date(user.created_at)}
      </span>
      <span data-cell="menu">
        <UserMenu user={user} onPassword={onPassword} />
      </span>
    </div>
  )
}

function UserMenu({ user, onPassword }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'rename' | 'access'>()
  const act = useUserActions(user, onPassword)
  const isAdmin = user.org_role === 'admin'
  const disabled = user.disabled_at !== null
  return (
    <>
      <Menu position="bottom-end" returnFocus>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('library.actions_for', { name: user.display_name })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUserSearch size={16} />} onClick={() => setOpen('access')}>
            {t('access.what')}
          </Menu.Item>
          {!isAdmin && !disabled && (
            <Menu.Item leftSection={<IconEye size={16} />} onClick={() => void act.seeAs()}>
              {t('access.see_as.do')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconCursorText size={16} />} onClick={() => setOpen('rename')}>
            {t('admin.users.rename')}
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} />} onClick={act.resetPassword}>
            {t('admin.users.reset')}
          </Menu.Item>
          <Menu.Item
            leftSection={isAdmin ? <IconShieldOff size={16} /> : <IconShield size={16} />}
            onClick={act.toggleAdmin}
          >
            {t(isAdmin ? 'admin.users.make_member' : 'admin.users.make_admin')}
          </Menu.Item>
          <Menu.Item
            leftSection={disabled ? <IconUserCheck size={16} /> : <IconUserOff size={16} />}
            {...(!disabled && { color: 'danger' })}
            onClick={act.toggleDisabled}
          >
            {t(disabled ? 'admin.users.enable' : 'admin.users.disable')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'access' && <WhatSeesDrawer user={user} onClose={() => setOpen(undefined)} />}
      {open === 'rename' && (
        <NameDialog
          title={t('admin.users.rename')}
          label={t('admin.users.display_name')}
          initial={user.display_name}
          submit={t('common.save')}
          onSubmit={act.rename}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}

function useUserActions(user: User, onPassword: Props['onPassword']) {
  const { t } = useTranslation()
  const change = useChangeUser()
  const { id, display_name: name } = user
  const sure = (about: 'reset' | 'make_admin' | 'disable') =>
    confirm({
      title: t(`admin.users.sure.${about}_title`, { name }),
      body: t(`admin.users.sure.${about}`),
      confirm: t(`admin.users.${about}`),
      danger: about === 'disable',
    })
  const apply = (wanted: Parameters<typeof change.mutate>[0]['change']) =>
    change.mutate(
      { id, change: wanted },
      { onSuccess: () => toast.done(t('admin.users.changed', { name })) },
    )
  const see = useSeeAs()
  return {
    async seeAs() {
      const words = {
        title: t('access.see_as.title', { name }),
        body: t('access.see_as.text', { name }),
        confirm: t('access.see_as.start', { name }),
      }
      if (await confirm(words)) await see(id).catch(toast.failed)
    },
    rename: (display_name: string) => change.mutateAsync({ id, change: { display_name } }),
    async resetPassword() {
      if (!(await sure('reset'))) return
      const password = generatePassword()
      await change.mutateAsync({ id, change: { password } })
      onPassword({ name, username: user.username, password })
    },
    async toggleAdmin() {
      const org_role = user.org_role === 'admin' ? 'member' : 'admin'
      if (org_role === 'member' || (await sure('make_admin'))) apply({ org_role })
    },
    async toggleDisabled() {
      const disabled = user.disabled_at === null
      if (!disabled || (await sure('disable'))) apply({ disabled })
    },
  }
}
