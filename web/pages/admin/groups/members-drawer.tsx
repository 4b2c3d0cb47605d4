import { ActionIcon, Drawer, Select, Skeleton, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconUser, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Group, UserRow } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'
import { usersQuery } from '../users/queries.ts'
import classes from './groups.module.css'
import { membersQuery } from './queries.ts'

interface Props {
  group: Group
  onClose: () => void
}

/** Who belongs to a group. */
export function MembersDrawer({ group, onClose }: Props) {
  const { t } = useTranslation()
  const members = useQuery(membersQuery(group.id))
  const isFixed = group.is_everyone || group.directory !== null
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={t('admin.groups.members_of', { name: group.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="lg">
        {isFixed ? (
          <Text size="sm" c="dimmed">
            {t(group.is_everyone ? 'admin.groups.everyone_hint' : 'directory.of')}
          </Text>
        ) : (
          <AddMember group={group} members={members.data ?? []} />
        )}
        {members.isError && (
          <ErrorNotice error={members.error} onRetry={() => void members.refetch()} />
        )}
        {members.isPending && <Skeleton height={80} />}
        {members.data?.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('admin.groups.empty')}
          </Text>
        )}
        {members.data && members.data.length > 0 && (
          <ul className={classes.list}>
            {members.data.map((user) => (
              <Member key={user.id} group={group} user={user} />
            ))}
          </ul>
        )}
      </Stack>
    </Drawer>
  )
}

/** Puts somebody in or takes them out, and loads the group again. */
function useMembership(groupId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ userId, isIn }: { userId: string; isIn: boolean }) => {
      const params = { path: { id: groupId, userId } }
      return isIn
        ? answer(api.PUT('/api/v1/groups/{id}/members/{userId}', { params }))
        : answer(api.DELETE('/api/v1/groups/{id}/members/{userId}', { params }))
    },
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['groups'] }),
  })
}

function Member({ group, user }: { group: Group; user: UserRow }) {
  const { t } = useTranslation()
  const membership = useMembership(group.id)
  return (
    <li className={classes.row}>
      <IconUser size={18} stroke={1.5} className={classes.icon} aria-hidden />
      <span className="of-clip">{user.display_name}</span>
      <span className={`of-clip ${classes.quiet}`}>{user.username}</span>
      {!group.is_everyone && group.directory === null && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('admin.groups.take_out', { name: user.display_name })}
          loading={membership.isPending}
          onClick={() => membership.mutate({ userId: user.id, isIn: false })}
        >
          <IconX size={16} />
        </ActionIcon>
      )}
    </li>
  )
}

const TYPING_MS = 200

function AddMember({ group, members }: { group: Group; members: readonly UserRow[] }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [q] = useDebouncedValue(words.trim(), TYPING_MS)
  const users = useQuery(usersQuery(q)).data ?? []
  const membership = useMembership(group.id)
  const known = new Set(members.map((member) => member.id))
  return (
    <Select
      label={t('admin.groups.add_member')}
      placeholder={t('admin.grants.search')}
      data={users
        .filter((user) => !known.has(user.id))
        .map((user) => ({ value: user.id, label: `${user.display_name} (${user.username})` }))}
      filter={({ options }) => options}
      searchable
      searchValue={words}
      onSearchChange={setWords}
      value={null}
      onChange={(userId) => {
        if (!userId) return
        membership.mutate({ userId, isIn: true })
        setWords('')
      }}
      nothingFoundMessage={t('admin.grants.nobody')}
    />
  )
}
