import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role, Subject } from '../../../api-types.ts'
import { toast } from '../../../parts/toast.tsx'
import classes from './grants.module.css'
import { type GrantPlace, subjectsQuery } from './queries.ts'
import { ROLES } from './role-words.tsx'
import { useGiveRole } from './use-give-role.ts'

const TYPING_MS = 200

/** Finds a person or group by name and gives them a role. */
export function AddGrant({ place }: { place: GrantPlace }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<Subject>()
  const [role, setRole] = useState<Role>('viewer')
  const [q] = useDebouncedValue(words.trim(), TYPING_MS)
  const found = useQuery(subjectsQuery(chosen?.name === q ? '' : q)).data ?? []
  const give = useGiveRole(place)
  const add = () => {
    if (!chosen) return
    const subject = chosen.kind === 'user' ? { user_id: chosen.id } : { group_id: chosen.id }
    give.mutate(
      { subject, role },
      {
        onSuccess: () => {
          toast.done(t('admin.grants.given', { name: chosen.name, role: t(`role.${role}`) }))
          setChosen(undefined)
          setWords('')
        },
      },
    )
  }
  const options = chosen && !found.some((each) => keyOf(each) === keyOf(chosen)) ? [chosen] : []
  return (
    <div className={classes.add}>
      <Select
        label={t('admin.grants.add')}
        placeholder={t('admin.grants.search')}
        data={groupsOf([...options, ...found], {
          group: t('admin.grants.groups'),
          user: t('admin.grants.people'),
        })}
        // The server has searched already; a second filter would hide what it found.
        filter={({ options: all }) => all}
        searchable
        searchValue={words}
        onSearchChange={setWords}
        value={chosen ? keyOf(chosen) : null}
        onChange={(key) => setChosen(found.find((each) => keyOf(each) === key))}
        nothingFoundMessage={t('admin.grants.nobody')}
        allowDeselect={false}
      />
      <Select
        label={t('admin.grants.role')}
        data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={role}
        onChange={(value) => value && setRole(value as Role)}
        allowDeselect={false}
      />
      <Button onClick={add} disabled={!chosen} loading={give.isPending}>
        {t('admin.grants.give')}
      </Button>
    </div>
  )
}

const keyOf = ({ kind, id }: Subject) => `${kind} ${id}`

const groupsOf = (subjects: readonly Subject[], names: Record<Subject['kind'], string>) =>
  (['group', 'user'] as const)
    .map((kind) => ({
      group: names[kind],
      items: subjects
        .filter((each) => each.kind === kind)
        .map((each) => ({ value: keyOf(each), label: each.name })),
    }))
    .filter((group) => group.items.length > 0)
