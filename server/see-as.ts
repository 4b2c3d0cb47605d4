import type { Authenticated } from '../core/account/authenticate.ts'
import { auditSeeing } from '../core/account/see-as.ts'
import { AppError } from '../core/errors.ts'
import { type Ctx, isUnsafe, operationOf, templateOf } from './context.ts'
import type { Door } from './door.ts'

/** What is done as oneself whatever one looks as: going back, and signing out. */
const OWN = new Set(['DELETE /api/v1/see-as', 'DELETE /api/v1/session'])

/**
 * What can be looked at as somebody else: the library, the search and files, which are theirs by right
 * and not theirs alone. Sessions, tokens, uploads, traces and live events are private, and a route that
 * is added is closed until it is named here.
 */
const SHOWN: ReadonlyMap<string, string | undefined> = new Map([
  ['/api/v1/session', undefined],
  ['/api/v1/books', undefined],
  ['/api/v1/books/:id/access', 'book'],
  ['/api/v1/chapters/:id/access', 'chapter'],
  ['/api/v1/chapters/:id/folders', 'chapter'],
  ['/api/v1/documents', undefined],
  ['/api/v1/documents/:id', 'document'],
  ['/api/v1/documents/:id/access', 'document'],
  ['/api/v1/documents/:id/compare', 'document'],
  ['/api/v1/documents/:id/content', 'document'],
  ['/api/v1/documents/:id/near', 'document'],
  ['/api/v1/documents/:id/preview', 'document'],
  ['/api/v1/documents/:id/text', 'document'],
  ['/api/v1/documents/:id/transcript', 'document'],
  ['/api/v1/documents/:id/versions', 'document'],
  ['/api/v1/jobs/:id', undefined],
  ['/api/v1/search', undefined],
  ['/api/v1/understanding', undefined],
  ['/api/v1/versions/:id', 'version'],
  ['/api/v1/versions/:id/content', 'version'],
])

/** Place of the id in `/api/v1/documents/<id>`. */
const ID = 4

/** The caller, who may look as somebody else: what is not looking is refused, or is done as oneself. */
export function asSeen(c: Ctx, who: Authenticated): Authenticated {
  if (OWN.has(operationOf(c))) return who.self ? { ...who, actor: who.self } : who
  if (who.self && isUnsafe(c)) {
    throw new AppError('forbidden', 'You look as somebody else, and nothing can be changed so.', {
      reason: 'SEEING_AS',
    })
  }
  if (who.isSeeingOver && isUnsafe(c)) {
    throw new AppError('forbidden', 'Looking as somebody else has ended. Load the page again.', {
      reason: 'SEE_AS_ENDED',
    })
  }
  return who
}

/**
 * Writes down what is looked at as somebody else, both names in it, before it is shown: what cannot be
 * written down is not shown.
 *
 * @throws AppError `forbidden` (reason `SEEING_AS`) for what is private, and for downloads
 */
export async function assertShown(c: Ctx, { ports }: Door, who: Authenticated): Promise<void> {
  if (!who.actor.seenBy) return
  const template = templateOf(c) ?? ''
  const isDownload = template.endsWith('/content') && c.req.query('disposition') !== 'inline'
  if (!SHOWN.has(template) || isDownload) {
    throw new AppError('forbidden', 'This is not shown while you look as somebody else.', {
      reason: 'SEEING_AS',
    })
  }
  // Asking who one is shows nothing.
  if (template === '/api/v1/session') return
  const kind = SHOWN.get(template)
  const operation = operationOf(c)
  const subject = kind && `${kind}:${c.req.path.split('/')[ID] ?? ''}`
  await auditSeeing(ports, who, { operation, ...(subject && { subject }) })
}
