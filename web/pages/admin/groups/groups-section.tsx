import { Button, Skeleton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Group } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { NameDialog } from '../../library/dialogs/name-dialog.tsx'
import { GroupRow } from './group-row.tsx'
import classes from './groups.module.css'
import { MembersDrawer } from './members-drawer.tsx'
import { groupsQuery } from './queries.ts'

/** Groups: give a role once, to many. */
export function GroupsSection() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const groups = useQuery(groupsQuery)
  const [adding, setAdding] = useState(false)
  const [open, setOpen] = useState<Group>()
  const add = async (name: string) => {
    const group = await answer(api.POST('/api/v1/groups', { body: { name } }))
    await client.invalidateQueries({ queryKey: ['groups'] })
    setOpen(group)
  }
  return (
    <>
      <PageHeader
        title={t('admin.groups.title')}
        subtitle={t('admin.groups.subtitle')}
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            {t('admin.groups.add')}
          </Button>
        }
      />
      {groups.isError && <ErrorNotice error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.isPending && <Skeleton height={120} />}
      {groups.data && (
        <ul className={classes.list} aria-label={t('admin.groups.title')}>
          {groups.data.map((group) => (
            <GroupRow key={group.id} group={group} onOpen={() => setOpen(group)} />
          ))}
        </ul>
      )}
      {adding && (
        <NameDialog
          title={t('admin.groups.add')}
          label={t('common.name')}
          initial=""
          submit={t('library.shelf.create')}
          onSubmit={add}
          onClose={() => setAdding(false)}
        />
      )}
      {open && <MembersDrawer group={open} onClose={() => setOpen(undefined)} />}
    </>
  )
}
