import { CloseButton, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './search.module.css'

const WAIT_MS = 250

interface Props {
  /** The query the address holds. */
  query: string
  /** `final` when Enter was pressed, else typing paused. */
  onQuery: (query: string, final: boolean) => void
  /** The down arrow: go to the first hit. */
  onLeave: () => void
}

/** The big box. Searches while typing pauses; `/` brings the reader here from anywhere. */
export function SearchBox({ query, onQuery, onLeave }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useTyped(query, (value) => onQuery(value, false))
  useHotkeys([['/', () => box.current?.focus()]])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onQuery(typed.trim(), true)
    if (event.key === 'Escape' && typed !== '') setTyped('')
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    onLeave()
  }
  return (
    <search>
      <TextInput
        ref={box}
        id="search-box"
        type="search"
        aria-label={t('search.box')}
        placeholder={t('search.placeholder')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        leftSection={<IconSearch size={18} stroke={1.75} aria-hidden />}
        rightSection={
          typed && <CloseButton aria-label={t('search.clear')} onClick={() => setTyped('')} />
        }
        classNames={{ input: classes.box ?? '' }}
        autoComplete="off"
        autoFocus
      />
    </search>
  )
}

/** What stands in the box: follows the address, and reports when typing pauses. */
function useTyped(query: string, report: (value: string) => void) {
  const [typed, setTyped] = useState(query)
  const reported = useRef(query)
  const latest = useRef(report)
  latest.current = report

  useEffect(() => {
    if (query === reported.current) return
    reported.current = query
    setTyped(query)
  }, [query])
  useEffect(() => {
    const value = typed.trim()
    if (value === reported.current) return
    const timer = setTimeout(() => {
      reported.current = value
      latest.current(value)
    }, WAIT_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return [typed, setTyped] as const
}
