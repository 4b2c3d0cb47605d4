import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { usersQuery } from '../users/queries.ts'
import styles from './audit.module.css'
import { type AuditWish, DOORS, isDoor } from './queries.ts'

interface Props {
  wish: AuditWish
  onChange(wish: AuditWish): void
}

/** Which entries are shown, and exported. */
export function AuditFilter({ wish, onChange }: Props) {
  const { t } = useTranslation()
  const users = useQuery(usersQuery()).data ?? []
  const { door, user, ...rest } = wish
  const others = { ...rest, ...(user !== undefined && { user }) }
  const without = { ...rest, ...(door !== undefined && { door }) }
  return (
    <form className={styles.filter} onSubmit={(event) => event.preventDefault()}>
      <Select
        label={t('audit.person')}
        placeholder={t('audit.anybody')}
        data={users.map(({ id, display_name }) => ({ value: id, label: display_name }))}
        value={user ?? null}
        onChange={(id) => onChange(id === null ? without : { ...without, user: id })}
        searchable
        clearable
      />
      <Text name="action" hint={t('audit.action_hint')} wish={wish} onChange={onChange} />
      <Text name="subject" hint={t('audit.object_hint')} wish={wish} onChange={onChange} />
      <Select
        label={t('audit.by')}
        placeholder={t('audit.any_door')}
        data={DOORS.map((each) => ({ value: each, label: t(`audit.door.${each}`) }))}
        value={door ?? null}
        onChange={(chosen) => onChange(isDoor(chosen) ? { ...others, door: chosen } : others)}
        clearable
      />
      <Text name="address" wish={wish} onChange={onChange} />
      <Text name="fromDay" wish={wish} onChange={onChange} />
      <Text name="toDay" wish={wish} onChange={onChange} />
      <Button variant="default" onClick={() => onChange({})}>
        {t('audit.reset')}
      </Button>
    </form>
  )
}

const LABELS = {
  action: 'audit.action',
  subject: 'audit.object',
  address: 'audit.address',
  fromDay: 'audit.from',
  toDay: 'audit.to',
} as const

function Text({
  name,
  hint,
  wish,
  onChange,
}: Props & { name: keyof typeof LABELS; hint?: string }) {
  const { t } = useTranslation()
  const { [name]: value, ...others } = wish
  return (
    <TextInput
      label={t(LABELS[name])}
      type={name.endsWith('Day') ? 'date' : 'text'}
      {...(hint && { placeholder: hint })}
      value={value ?? ''}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value.trim()
        onChange(text === '' ? others : { ...others, [name]: text })
      }}
    />
  )
}
