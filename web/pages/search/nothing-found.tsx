import { Button } from '@mantine/core'
import { IconZoomQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../parts/empty-state.tsx'
import { chosenCount, NO_FILTERS, type SearchState } from './state.ts'
import type { SearchAddress } from './use-search.ts'

interface Props {
  state: SearchState
  onChange: SearchAddress['change']
}

/** No hit: what could be the reason, and the buttons that take it away. */
export function NothingFound({ state, onChange }: Props) {
  const { t } = useTranslation()
  const filtered = chosenCount(state) > 0
  return (
    <EmptyState
      icon={<IconZoomQuestion size={26} stroke={1.5} />}
      title={t('search.nothing', { query: state.q ?? '' })}
      action={
        <>
          {filtered && (
            <Button variant="default" onClick={() => onChange(NO_FILTERS)}>
              {t('search.drop_filters')}
            </Button>
          )}
          {state.sort === 'exact' && (
            <Button variant="default" onClick={() => onChange({ sort: undefined })}>
              {t('search.use_best')}
            </Button>
          )}
          <Button variant="default" component={Link} to="/library">
            {t('search.browse')}
          </Button>
        </>
      }
    >
      <p>{t('search.nothing_why')}</p>
    </EmptyState>
  )
}
