import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Hit } from '../../api-types.ts'
import { FileIcon } from '../../parts/file-icon.tsx'
import { Highlight } from '../../parts/highlight.tsx'
import { locatorWords } from '../../parts/locator.ts'
import { placeOf } from '../file/place.ts'
import classes from './hit-row.module.css'
import { Thumbnail } from './thumbnail.tsx'

interface Props {
  hit: Hit
  query: string
  /** The built-in embedder compares words, not meaning, and should not claim more. */
  byWordsOnly: boolean
}

/** One hit: the file, the place in it, and why it is here. Opens at that place. */
export function HitRow({ hit, query, byWordsOnly }: Props) {
  const { t } = useTranslation()
  const place = locatorWords(t, hit.locator)
  const trail = [hit.book.name, hit.chapter.name, ...hit.folder.split('/').filter(Boolean)]
  return (
    <article className={classes.hit}>
      <div className={classes.icon}>
        <FileIcon kind={hit.kind} />
      </div>
      <div className={classes.words}>
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
        </h2>
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
        {hit.snippet && (
          <p className={classes.snippet}>
            <Highlight text={hit.snippet} marks={hit.marks} />
          </p>
        )}
      </div>
      <Thumbnail documentId={hit.document_id} kind={hit.kind} />
    </article>
  )
}
