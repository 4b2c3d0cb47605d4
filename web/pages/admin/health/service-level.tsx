import { Skeleton, Table } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { ServiceLevel as Level } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import classes from '../admin.module.css'

const levelQuery = queryOptions({
  queryKey: ['service-level'],
  queryFn: () => answer(api.GET('/api/v1/admin/service-level')),
  refetchInterval: 60_000,
})

const COLUMNS = ['window', 'rate', 'ended', 'budget', 'p50', 'p95'] as const

/** How uploads went against the objective, and how soon files could be found. */
export function ServiceLevel() {
  const { t } = useTranslation()
  const percent = usePercent()
  const level = useQuery(levelQuery)
  if (level.isError) {
    return <ErrorNotice error={level.error} onRetry={() => void level.refetch()} />
  }
  if (!level.data) return <Skeleton height={180} />
  const { objective, windows } = level.data
  const isEmpty = windows.every(({ ended, searchable }) => ended + searchable.files === 0)
  return (
    <section className={classes.card} aria-labelledby="level-title">
      <h2 id="level-title" className={classes.cardTitle}>
        {t('level.title')}
      </h2>
      <p className={classes.cardText}>
        {isEmpty ? t('level.empty') : t('level.text', { objective: percent(objective) })}
      </p>
      {!isEmpty && <Figures windows={windows} />}
    </section>
  )
}

type Windows = Level['windows']

/** Of objectives such as 99.5 %, the fractions count. */
function usePercent() {
  const { i18n } = useTranslation()
  const shape = { style: 'percent', maximumFractionDigits: 1 } as const
  const format = new Intl.NumberFormat(i18n.language, shape)
  return (share: number) => format.format(share)
}

function Figures({ windows }: { windows: Windows }) {
  const { t } = useTranslation()
  const [day] = windows
  return (
    <>
      {day?.renewed_often && (
        <Notice tone="warn">
          {t('level.renewed', { count: day.renewed_uploads, ended: day.ended })}
        </Notice>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      {/* biome-ignore lint/a11y/useSemanticElements: it groups a table, not the fields of a form */}
      <div role="group" aria-label={t('level.title')} tabIndex={0} style={{ overflowX: 'auto' }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {COLUMNS.map((column) => (
                <Table.Th key={column}>{t(`level.column.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {windows.map((each) => (
              <WindowRow key={each.window} level={each} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Reasons windows={windows} />
    </>
  )
}

function WindowRow({ level }: { level: Windows[number] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const none = t('level.none')
  const percent = usePercent()
  const share = (value: number | null) => (value === null ? none : percent(value))
  const time = (ms: number | null) => (ms === null ? none : format.duration(ms))
  return (
    <Table.Tr className="of-num">
      <Table.Th scope="row">{t(`level.window.${level.window}`)}</Table.Th>
      <Table.Td>{share(level.rate)}</Table.Td>
      <Table.Td>{format.number(level.ended)}</Table.Td>
      <Table.Td>{share(level.budget_left)}</Table.Td>
      <Table.Td>{time(level.searchable.p50_ms)}</Table.Td>
      <Table.Td>{time(level.searchable.p95_ms)}</Table.Td>
    </Table.Tr>
  )
}

const NAMED = [
  'UPLOAD_EXPIRED',
  'TYPE_NOT_TAKEN',
  'HASH_MISMATCH',
  'SIZE_MISMATCH',
  'storage_full',
  'unavailable',
  'NAME_TAKEN',
] as const

/** Why uploads failed, in the longest window. */
function Reasons({ windows }: { windows: Windows }) {
  const { t } = useTranslation()
  const format = useFormat()
  const failed = windows.at(-1)?.failed ?? []
  if (failed.length === 0) return <p className={classes.cardText}>{t('level.no_failures')}</p>
  return (
    <>
      <h3 className={classes.cardTitle}>{t('level.reasons')}</h3>
      <Table>
        <Table.Tbody>
          {failed.map(({ reason, count }) => {
            const named = NAMED.find((each) => each === reason)
            return (
              <Table.Tr key={reason}>
                <Table.Th scope="row">{named ? t(`level.reason.${named}`) : reason}</Table.Th>
                <Table.Td className="of-num">{format.number(count)}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </>
  )
}
