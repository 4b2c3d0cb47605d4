import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import type { PointerFilter, Ports } from '../ports/index.ts'
import type { Meaning } from './find-meaning.ts'
import type { ParsedQuery } from './parse-query.ts'
import { placesAsked } from './places-asked.ts'

/** More would push what says the words off the page. */
const MOST = 30
/** Date is checked afterwards. */
const MOST_NARROWED = 200

/** Pictures that show what is asked for, best first; none without a model for pictures. */
export interface Pictures {
  digests: Digest[]
  degraded?: Meaning['degraded']
}

/**
 * Looks for pictures by what they show, in the chapters that the caller may see and asked for. Phrases
 * and excluded words are about letters, which a picture's vector knows nothing of: none is found then.
 */
export async function findPictures(
  { pictures, index }: Pick<Ports, 'index'> & Partial<Pick<Ports, 'pictures'>>,
  access: Access,
  { parsed, filter }: { parsed: ParsedQuery; filter: PointerFilter },
): Promise<Pictures> {
  const isAboutLetters = parsed.phrases.length + parsed.excluded.length > 0
  const isElsewhere = filter.kinds !== undefined && !filter.kinds.includes('image')
  if (!pictures || isAboutLetters || isElsewhere || parsed.meaning === '') return { digests: [] }
  const isNarrowed = filter.from !== undefined || filter.to !== undefined
  try {
    const vector = await pictures.embedText(parsed.meaning)
    const rows = await index
      .of(pictures.space)
      .query(vector, placesAsked(access, filter), isNarrowed ? MOST_NARROWED : MOST)
    const shown = rows.filter(({ distance }) => 1 - distance >= pictures.floor)
    return { digests: [...new Set(shown.map(({ digest }) => digest))] }
  } catch (cause) {
    const message =
      cause instanceof AppError ? cause.message : 'Pictures were not searched: it failed.'
    return { digests: [], degraded: { message, cause } }
  }
}
