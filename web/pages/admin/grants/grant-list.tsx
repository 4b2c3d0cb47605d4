import { ActionIcon, Select } from '@mantine/core'
import { IconUser, IconUsersGroup, IconX } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Grant, Role } from '../../../api-types.ts'
import { toast } from '../../../parts/toast.tsx'
import classes from './grants.module.css'
import type { GrantPlace } from './queries.ts'
import { ROLES } from './role-words.tsx'
import { useGiveRole } from './use-give-role.ts'

interface Props {
  place: GrantPlace
  grants: readonly Grant[]
  readOnly?: boolean
}

/** People and groups with their roles. */
export function GrantList({ place, grants, readOnly = false }: Props) {
  return (
    <ul className={classes.list}>
      {grants.map((grant) => (
        <li key={grant.id} className={classes.row}>
          <SubjectIcon isGroup={grant.group_id !== null} />
          <span className="of-clip" title={grant.subject_name}>
            {grant.subject_name}
          </span>
          {readOnly ? <RoleName role={grant.role} /> : <Editable place={place} grant={grant} />}
        </li>
      ))}
    </ul>
  )
}

function SubjectIcon({ isGroup }: { isGroup: boolean }) {
  const { t } = useTranslation()
  const Shape = isGroup ? IconUsersGroup : IconUser
  const label = t(isGroup ? 'admin.grants.group' : 'admin.grants.person')
  return <Shape size={18} stroke={1.5} role="img" aria-label={label} className={classes.icon} />
}

function RoleName({ role }: { role: Role }) {
  const { t } = useTranslation()
  return <span className={classes.role}>{t(`role.${role}`)}</span>
}

function Editable({ place, grant }: { place: GrantPlace; grant: Grant }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const give = useGiveRole(place)
  const take = useMutation({
    mutationFn: () =>
      answer(api.DELETE('/api/v1/grants/{id}', { params: { path: { id: grant.id } } })),
    onSuccess: () => toast.done(t('admin.grants.taken', { name: grant.subject_name })),
    onError: (error) => toast.failed(error),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['access'] })
      return client.invalidateQueries({ queryKey: ['grants'] })
    },
  })
  const name = grant.subject_name
  return (
    <>
      <Select
        size="xs"
        aria-label={t('admin.grants.role_of', { name })}
        data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={give.isPending ? give.variables.role : grant.role}
        allowDeselect={false}
        onChange={(role) =>
          role &&
          give.mutate({
            subject: grant.user_id
              ? { user_id: grant.user_id }
              : { group_id: grant.group_id ?? '' },
            role: role as Role,
          })
        }
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('admin.grants.take', { name })}
        loading={take.isPending}
        onClick={() => take.mutate()}
      >
        <IconX size={16} />
      </ActionIcon>
    </>
  )
}
