import { Button, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { VirtualList } from '../../../parts/virtual-list.tsx'
import { useRowHeight } from '../../../preferences.ts'
import classes from '../admin.module.css'
import { NewPassword, type ShownPassword } from './new-password.tsx'
import { NewUser } from './new-user.tsx'
import { usersQuery } from './queries.ts'
import { UserRow } from './user-row.tsx'

const TYPING_MS = 250

/** Accounts: who can sign in, and who runs the box. */
export function UsersSection() {
  const { t } = useTranslation()
  const [adding, setAdding] = useState(false)
  const [shown, setShown] = useState<ShownPassword>()
  return (
    <>
      <PageHeader
        title={t('admin.users.title')}
        subtitle={t('admin.users.subtitle')}
        actions={
          <Button leftSection={<IconUserPlus size={16} />} onClick={() => setAdding(true)}>
            {t('admin.users.add')}
          </Button>
        }
      />
      <UserList onPassword={setShown} />
      {adding && (
        <NewUser
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false)
            setShown(made)
          }}
        />
      )}
      {shown && <NewPassword shown={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}

function UserList({ onPassword }: { onPassword: (shown: ShownPassword) => void }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [q] = useDebouncedValue(words.trim(), TYPING_MS)
  const users = useQuery({ ...usersQuery(q), placeholderData: keepPreviousData })
  const rowHeight = Math.max(useRowHeight(), 44)
  const { data } = users
  return (
    <section className={classes.list} aria-label={t('admin.users.title')}>
      <div className={classes.listHead}>
        <TextInput
          className={classes.filter}
          size="xs"
          type="search"
          leftSection={<IconSearch size={14} />}
          placeholder={t('admin.users.filter')}
          aria-label={t('admin.users.filter')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        {data && (
          <span className={`of-num ${classes.count}`}>
            {t('admin.users.count', { count: data.length })}
          </span>
        )}
      </div>
      <div className={classes.listBody}>
        {users.isError && <ErrorNotice error={users.error} onRetry={() => void users.refetch()} />}
        {users.isPending && <Skeleton m="md" />}
        {data?.length === 0 && (
          <EmptyState icon={<IconUsers size={26} stroke={1.5} />} title={t('admin.users.none')} />
        )}
        {data && data.length > 0 && (
          <VirtualList
            items={data}
            keyOf={(user) => user.id}
            rowHeight={rowHeight}
            label={t('admin.users.title')}
            renderRow={(user) => <UserRow user={user} onPassword={onPassword} />}
          />
        )}
      </div>
    </section>
  )
}
