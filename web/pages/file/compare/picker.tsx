import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import classes from './compare.module.css'
import type { HistoryEntry } from './types.ts'

interface Props {
  versions: readonly HistoryEntry[]
  from: string
  to: string
}

/** Which two versions are compared. */
export function Picker({ versions, from, to }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate({ from: '/file/$documentId/compare' })
  const choose = (pair: { from: string; to: string }) =>
    void navigate({ search: (before) => ({ ...before, ...pair }), replace: true })
  const options = versions.map((version) => ({
    value: version.id,
    label: t('compare.version', {
      number: version.number,
      date: format.dateTime(version.created_at),
      name: version.created_by.name,
    }),
  }))
  return (
    <div className={classes.picker}>
      <NativeSelect
        label={t('compare.from')}
        data={options}
        value={from}
        onChange={(event) => choose({ from: event.currentTarget.value, to })}
      />
      <Tooltip label={t('compare.swap')}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t('compare.swap')}
          onClick={() => choose({ from: to, to: from })}
        >
          <IconArrowsExchange size={18} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
      <NativeSelect
        label={t('compare.to')}
        data={options}
        value={to}
        onChange={(event) => choose({ from, to: event.currentTarget.value })}
      />
    </div>
  )
}
