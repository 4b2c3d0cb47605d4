import { ActionIcon, Button } from '@mantine/core'
import { IconTrash, IconUsersGroup } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Group } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'
import classes from './groups.module.css'

/** One group. The one everybody belongs to takes care of itself. */
export function GroupRow({ group, onOpen }: { group: Group; onOpen: () => void }) {
  const { t } = useTranslation()
  const remove = useRemove(group)
  return (
    <li className={classes.row}>
      <IconUsersGroup size={20} stroke={1.5} className={classes.icon} aria-hidden />
      <span className="of-clip">
        <span className={classes.name}>{group.name}</span>{' '}
        <span className={classes.quiet}>
          {group.is_everyone
            ? t('admin.groups.everyone')
            : t('admin.groups.members', { count: group.member_count })}
          {group.directory !== null &&
            ` · ${t(group.is_gone ? 'directory.left_gone' : 'directory.group_of')}`}
        </span>
      </span>
      <Button
        size="xs"
        variant="default"
        aria-label={t('admin.groups.open_name', { name: group.name })}
        onClick={onOpen}
      >
        {t('admin.groups.open')}
      </Button>
      {group.is_everyone || (group.directory !== null && !group.is_gone) ? (
        <span style={{ width: 28 }} />
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('admin.groups.remove_name', { name: group.name })}
          onClick={remove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </li>
  )
}

function useRemove({ id, name }: Group) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return async () => {
    const sure = await confirm({
      title: t('admin.groups.remove_name', { name }),
      body: t('admin.groups.remove_text'),
      confirm: t('common.delete'),
      danger: true,
    })
    if (!sure) return
    try {
      await answer(api.DELETE('/api/v1/groups/{id}', { params: { path: { id } } }))
      toast.done(t('library.shelf.removed', { name }))
    } catch (error) {
      toast.failed(error)
    }
    await client.invalidateQueries({ queryKey: ['groups'] })
  }
}
