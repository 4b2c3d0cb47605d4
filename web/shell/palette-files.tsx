import { Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../api.ts'
import type { Hit } from '../api-types.ts'
import { placeOf } from '../pages/file/place.ts'
import { FileIcon } from '../parts/file-icon.tsx'
import { Highlight } from '../parts/highlight.tsx'
import { locatorWords } from '../parts/locator.ts'
import classes from './palette-files.module.css'
import { closePalette } from './palette-store.ts'

const SHOWN = 6

interface Props {
  /** What stands in the field. */
  typed: string
  /** The same a moment later, when typing paused: what the server is asked. */
  settled: string
}

/** Files that fit, and the way to the full search. */
export function FileActions({ typed, settled }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { data } = useQuery({
    queryKey: ['palette', settled],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/search', { params: { query: { q: settled, limit: SHOWN } }, signal }),
      ),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  const open = (hit: Hit) => {
    closePalette()
    void navigate({
      to: '/file/$documentId',
      params: { documentId: hit.document_id },
      search: placeOf(hit, typed),
    })
  }
  return (
    <Spotlight.ActionsGroup label={t('palette.files')}>
      <Spotlight.Action
        label={t('palette.all_results', { query: typed })}
        leftSection={<IconSearch size={18} stroke={1.5} aria-hidden />}
        onClick={() => {
          closePalette()
          void navigate({ to: '/search', search: { q: typed } })
        }}
      />
      {(data?.hits ?? []).map((hit) => (
        <Spotlight.Action key={`${hit.version_id}${hit.snippet}`} onClick={() => open(hit)}>
          <PaletteHit hit={hit} />
        </Spotlight.Action>
      ))}
    </Spotlight.ActionsGroup>
  )
}

function PaletteHit({ hit }: { hit: Hit }) {
  const { t } = useTranslation()
  const place = locatorWords(t, hit.locator)
  return (
    <span className={classes.hit}>
      <FileIcon kind={hit.kind} size={18} />
      <span className={classes.words}>
        <span className={classes.line}>
          <span className={classes.name}>{hit.name}</span>
          {place && <span className={classes.quiet}>{place}</span>}
          <span className={classes.quiet}>{hit.book.name}</span>
        </span>
        {hit.snippet && (
          <span className={classes.snippet}>
            <Highlight text={hit.snippet} marks={hit.marks} />
          </span>
        )}
      </span>
    </span>
  )
}
