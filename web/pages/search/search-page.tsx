import { Button, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { booksQuery } from '../../books.ts'
import { usePageTitle } from '../../parts/page-title.ts'
import { Facets } from './facets.tsx'
import { Results } from './results.tsx'
import classes from './search.module.css'
import { SearchBox } from './search-box.tsx'
import { StartPage } from './start.tsx'
import { chosenCount } from './state.ts'
import { useHits, useSearchAddress } from './use-search.ts'

export function SearchPage() {
  const { t } = useTranslation()
  const { state, change } = useSearchAddress()
  const hits = useHits(state)
  const list = useRef<HTMLOListElement>(null)
  usePageTitle(state.q ? t('search.title_for', { query: state.q }) : t('nav.search'))
  const facets = <SearchFacets hits={hits} state={state} onChange={change} />
  return (
    <div className={classes.page}>
      <h1 className="of-hidden">{t('nav.search')}</h1>
      <aside className={classes.aside} aria-label={t('search.filters')}>
        {state.q !== undefined && facets}
      </aside>
      <div className={classes.column}>
        <SearchBox
          query={state.q ?? ''}
          onQuery={(q, final) => change({ q }, { step: final || state.q === undefined })}
          onLeave={() => list.current?.querySelector<HTMLElement>('[data-hit]')?.focus()}
        />
        {state.q === undefined ? (
          <StartPage />
        ) : (
          <Results
            hits={hits}
            state={state}
            list={list}
            onChange={change}
            filters={<FilterDrawer count={chosenCount(state)}>{facets}</FilterDrawer>}
          />
        )}
      </div>
    </div>
  )
}

function SearchFacets({
  hits,
  state,
  onChange,
}: {
  hits: ReturnType<typeof useHits>
  state: ReturnType<typeof useSearchAddress>['state']
  onChange: ReturnType<typeof useSearchAddress>['change']
}) {
  const books = useQuery(booksQuery)
  const names = new Map(books.data?.items.map((book) => [book.id, book.name]))
  return (
    <Facets
      counts={hits.data?.pages[0]?.facets}
      state={state}
      onChange={onChange}
      bookNames={names}
    />
  )
}

/** On a phone the facets wait behind a button. */
function FilterDrawer({ count, children }: { count: number; children: React.ReactNode }) {
  const { t } = useTranslation()
  const [open, drawer] = useDisclosure(false)
  return (
    <>
      <Button
        className={classes.filterButton ?? ''}
        variant="default"
        size="xs"
        leftSection={<IconFilter size={14} />}
        onClick={drawer.open}
      >
        {count > 0 ? t('search.filters_on', { count }) : t('search.filters')}
      </Button>
      <Drawer
        opened={open}
        onClose={drawer.close}
        title={t('search.filters')}
        size="min(320px, 90vw)"
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {children}
      </Drawer>
    </>
  )
}
