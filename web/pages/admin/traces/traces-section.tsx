import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../../parts/page-header.tsx'
import { TraceList } from './trace-list.tsx'
import { TraceView } from './trace-view.tsx'
import styles from './traces.module.css'

const FILTERS = ['all', 'failed', 'slow'] as const
type Filter = (typeof FILTERS)[number]
const TO = { to: '/admin/$section', params: { section: 'traces' } } as const

/** What was asked of the box: found by its id, or looked through. */
export function TracesSection() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id, only } = useSearch({ from: '/app/admin/$section' })
  const choose = (filter: string) => {
    const chosen = FILTERS.find(
      (each): each is Exclude<Filter, 'all'> => each === filter && each !== 'all',
    )
    void navigate({ ...TO, search: chosen ? { only: chosen } : {} })
  }
  return (
    <>
      <PageHeader title={t('traces.title')} subtitle={t('traces.subtitle')} />
      <div className={styles.tools}>
        <Finder key={id ?? ''} current={id ?? ''} />
        {id === undefined ? (
          <SegmentedControl
            aria-label={t('traces.show')}
            size="sm"
            value={only ?? 'all'}
            onChange={choose}
            data={FILTERS.map((filter) => ({ value: filter, label: t(`traces.${filter}`) }))}
          />
        ) : (
          <Button variant="default" renderRoot={(props) => <Link {...props} {...TO} search={{}} />}>
            {t('traces.all_traces')}
          </Button>
        )}
      </div>
      {id === undefined ? <TraceList only={only} /> : <TraceView id={id} />}
    </>
  )
}

/** Takes a trace id as it was copied, also out of a `traceparent`. */
function Finder({ current }: { current: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState(current)
  const [isWrong, setWrong] = useState(false)
  const find = (event: FormEvent) => {
    event.preventDefault()
    const [id] = /(?<![\da-f])[\da-f]{32}(?![\da-f])/.exec(text.toLowerCase()) ?? []
    setWrong(id === undefined)
    if (id !== undefined) void navigate({ ...TO, search: { id } })
  }
  return (
    <form className={styles.finder} onSubmit={find}>
      <TextInput
        className={styles.field}
        label={t('traces.id')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={isWrong && t('traces.wrong_id')}
        autoComplete="off"
        spellCheck={false}
        leftSection={<IconSearch size={16} />}
      />
      <Button type="submit">{t('traces.find')}</Button>
    </form>
  )
}
