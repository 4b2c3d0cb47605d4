import { ActionIcon, Avatar, Menu } from '@mantine/core'
import {
  IconCursorText,
  IconDeviceMobileOff,
  IconDots,
  IconEye,
  IconKey,
  IconLock,
  IconLogout,
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
import { useChangeUser, useEndSessions, useLockOut, useResetCode } from './queries.ts'
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
  const left = user.directory?.left
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
        <span className={`of-clip ${classes.quiet}`}>
          {user.directory ? `${user.username} · ${t('directory.of')}` : user.username}
        </span>
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
          <Pill
            tone="quiet"
            icon={IconUserOff}
            label={t(left ? `directory.left_${left}` : 'admin.users.disabled')}
          />
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
          {user.directory === null && (
            <LocalItems user={user} act={act} onRename={() => setOpen('rename')} />
          )}
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={act.signOut}>
            {t('admin.users.sign_out')}
          </Menu.Item>
          <Menu.Item
            leftSection={disabled ? <IconUserCheck size={16} /> : <IconUserOff size={16} />}
            {...(!disabled && { color: 'danger' })}
            onClick={act.toggleDisabled}
          >
            {t(disabled ? 'admin.users.enable' : 'admin.users.disable')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLock size={16} />} color="danger" onClick={act.lockOut}>
            {t('directory.lock_out')}
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

interface LocalProps {
  user: User
  act: ReturnType<typeof useUserActions>
  onRename(): void
}

/** What a directory says of its own people is not said here. */
function LocalItems({ user, act, onRename }: LocalProps) {
  const { t } = useTranslation()
  const isAdmin = user.org_role === 'admin'
  return (
    <>
      <Menu.Item leftSection={<IconCursorText size={16} />} onClick={onRename}>
        {t('admin.users.rename')}
      </Menu.Item>
      <Menu.Item leftSection={<IconKey size={16} />} onClick={act.resetPassword}>
        {t('admin.users.reset')}
      </Menu.Item>
      {user.second_step_at !== null && (
        <Menu.Item leftSection={<IconDeviceMobileOff size={16} />} onClick={act.resetCode}>
          {t('admin.users.reset_code')}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={isAdmin ? <IconShieldOff size={16} /> : <IconShield size={16} />}
        onClick={act.toggleAdmin}
      >
        {t(isAdmin ? 'admin.users.make_member' : 'admin.users.make_admin')}
      </Menu.Item>
    </>
  )
}

function useUserActions(user: User, onPassword: Props['onPassword']) {
  const { t } = useTranslation()
  const change = useChangeUser()
  const out = useLockOut()
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
  const sessions = useEndSessions()
  const code = useResetCode()
  const told = () => toast.done(t('admin.users.changed', { name }))
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
    signOut: () => sessions.mutate(id, { onSuccess: told }),
    async resetCode() {
      const words = {
        title: t('admin.users.sure_code_title', { name }),
        body: t('admin.users.sure_code'),
        confirm: t('admin.users.reset_code'),
      }
      if (await confirm({ ...words, danger: true })) code.mutate(id, { onSuccess: told })
    },
    async lockOut() {
      const title = t('directory.lock_out_title', { name })
      const body = t('directory.lock_out_text')
      const isSure = await confirm({ title, body, confirm: t('directory.lock_out'), danger: true })
      if (isSure)
        out.mutate(id, { onSuccess: () => toast.done(t('admin.users.changed', { name })) })
    },
    async toggleDisabled() {
      const disabled = user.disabled_at === null
      if (!disabled || (await sure('disable'))) apply({ disabled })
    },
  }
}
