import { Skeleton, Switch, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DirectoryGroup } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'
import classes from '../admin.module.css'
import styles from './directory.module.css'
import { directoryGroupsQuery } from './queries.ts'

/** Most groups that are shown at once; the filter finds the others. */
const MOST_SHOWN = 50

/** Groups of the directory, and what their members are in the organization. */
export function GroupsCard() {
  const { t } = useTranslation()
  const groups = useQuery(directoryGroupsQuery)
  const [words, setWords] = useState('')
  const part = words.trim().toLowerCase()
  const shown = groups.data?.filter((group) => group.name.toLowerCase().includes(part))
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('directory.mapping')}</h2>
      <p className={classes.cardText}>{t('directory.mapping_text')}</p>
      {groups.isError && <ErrorNotice error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.isPending && <Skeleton height={80} />}
      {groups.data?.length === 0 && <p className={classes.quiet}>{t('directory.no_groups_yet')}</p>}
      {groups.data && groups.data.length > 0 && (
        <TextInput
          size="xs"
          type="search"
          leftSection={<IconSearch size={14} />}
          aria-label={t('directory.filter_groups')}
          placeholder={t('directory.filter_groups')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      <ul className={styles.groups}>
        {shown?.slice(0, MOST_SHOWN).map((group) => (
          <GroupLine key={group.id} group={group} />
        ))}
      </ul>
    </section>
  )
}

function GroupLine({ group }: { group: DirectoryGroup }) {
  const { t } = useTranslation()
  const map = useMap(group)
  const isAdmin = group.org_role === 'admin'
  const change = async () => {
    const title = t('directory.is_admin')
    const body = t('directory.sure_admin', { name: group.name })
    const sure = isAdmin || (await confirm({ title, body, confirm: t('common.save') }))
    if (sure) map.mutate(isAdmin ? 'member' : 'admin')
  }
  return (
    <li>
      <span className="of-clip">
        <b>{group.name}</b>{' '}
        <span className={classes.quiet}>
          {group.is_gone
            ? t('directory.gone')
            : t('directory.members', { count: group.member_count })}
        </span>
      </span>
      <Switch
        label={t('directory.is_admin')}
        aria-label={`${t('directory.is_admin')}: ${group.name}`}
        checked={isAdmin}
        disabled={map.isPending}
        onChange={() => void change()}
      />
    </li>
  )
}

function useMap({ id, name }: DirectoryGroup) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (org_role: DirectoryGroup['org_role']) =>
      answer(
        api.PUT('/api/v1/directory/groups/{id}', { params: { path: { id } }, body: { org_role } }),
      ),
    onSuccess: () => toast.done(t('directory.changed', { name })),
    onError: (error) => toast.failed(error),
    onSettled: () =>
      Promise.all(
        ['directory', 'users'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  })
}
