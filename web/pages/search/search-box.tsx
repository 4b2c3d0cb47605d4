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
  const { typed, setTyped, reportNow } = useTyped(query, onQuery)
  useHotkeys([['/', () => box.current?.focus()]])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') reportNow(true)
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
        onBlur={() => reportNow(false)}
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

/**
 * What stands in the box: follows the address, and is reported when typing pauses, at Enter, and
 * before the focus goes elsewhere.
 */
function useTyped(query: string, report: Props['onQuery']) {
  const [typed, setTyped] = useState(query)
  const reported = useRef(query)
  useEffect(() => {
    if (query === reported.current) return
    reported.current = query
    setTyped(query)
  }, [query])

  const reportNow = (final: boolean) => {
    const value = typed.trim()
    if (value === reported.current && !final) return
    reported.current = value
    report(value, final)
  }
  const paused = useRef(reportNow)
  paused.current = reportNow
  useEffect(() => {
    if (typed.trim() === reported.current) return
    const timer = setTimeout(() => paused.current(false), WAIT_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return { typed, setTyped, reportNow }
}
