import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Hit } from '../../api-types.ts'
import { FileIcon } from '../../parts/file-icon.tsx'
import { Highlight } from '../../parts/highlight.tsx'
import { locatorWords } from '../../parts/locator.ts'
import { placeOf } from '../file/place.ts'
import type { FileHits } from './by-file.ts'
import classes from './hit-row.module.css'
import { Thumbnail } from './thumbnail.tsx'
import { UnreadMark } from './unread-mark.tsx'

interface Props {
  file: FileHits
  query: string
  /** The built-in embedder compares words, not meaning, and should not claim more. */
  byWordsOnly: boolean
}

/** One file that was found: the place in it, why it is here, and further places. */
export function HitRow({ file: { best, more }, query, byWordsOnly }: Props) {
  return (
    <>
      <article className={classes.hit}>
        <div className={classes.icon}>
          <FileIcon kind={best.kind} />
        </div>
        <div className={classes.words}>
          <Head hit={best} query={query} />
          <Meta hit={best} byWordsOnly={byWordsOnly} />
          {best.snippet && (
            <p className={classes.snippet}>
              <Highlight text={best.snippet} marks={best.marks} />
            </p>
          )}
        </div>
        {best.has_preview && <Thumbnail documentId={best.document_id} />}
      </article>
      {more.length > 0 && (
        <ul className={classes.more}>
          {more.map((hit) => (
            <MorePlace key={JSON.stringify(hit.locator) + hit.snippet} hit={hit} query={query} />
          ))}
        </ul>
      )}
    </>
  )
}

function Head({ hit, query }: { hit: Hit; query: string }) {
  const { t } = useTranslation()
  const place = locatorWords(t, hit.locator)
  return (
    <h2 className={classes.head}>
      <Link
        to="/file/$documentId"
        params={{ documentId: hit.document_id }}
        search={placeOf(hit, query)}
        className={classes.name}
        data-hit
      >
        {hit.name}
      </Link>
      {place && <span className={classes.place}>{place}</span>}
      {hit.unread && <UnreadMark unread={hit.unread} />}
    </h2>
  )
}

function Meta({ hit, byWordsOnly }: { hit: Hit; byWordsOnly: boolean }) {
  const { t } = useTranslation()
  const trail = [hit.book.name, hit.chapter.name, ...hit.folder.split('/').filter(Boolean)]
  return (
    <p className={classes.meta}>
      <span>{trail.join(' › ')}</span>
      {hit.why.map((why) => (
        <span key={why}>
          {why === 'meaning' && byWordsOnly
            ? t('search.why_similar_words')
            : t(`search.why_${why}`)}
        </span>
      ))}
    </p>
  )
}

/** A further place in the same file, on one line. */
function MorePlace({ hit, query }: { hit: Hit; query: string }) {
  const { t } = useTranslation()
  return (
    <li>
      <Link
        to="/file/$documentId"
        params={{ documentId: hit.document_id }}
        search={placeOf(hit, query)}
        className={classes.further}
        data-hit
      >
        <span className={classes.furtherPlace}>
          {locatorWords(t, hit.locator) ?? t('search.same_file')}
        </span>
        <span className={classes.furtherText}>
          <Highlight text={hit.snippet} marks={hit.marks} />
        </span>
      </Link>
    </li>
  )
}
