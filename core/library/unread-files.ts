import { type Access, requireChapter, requireOrgAdmin, requireScope } from '../access/access.ts'
import { codeOf } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import type { Step } from '../model/job.ts'
import type { Coverage } from '../model/locator.ts'
import { rowOf } from '../pipeline/order.ts'
import type { FilesOf, MissingWork, Ports, UnreadPage } from '../ports/index.ts'
import { findDocument, type OwnDocument } from './find-document.ts'
import { isNotAvailable, type ModalityView, modalitiesOf, overallCoverage } from './modalities.ts'

/** What to do about a file that was not read whole. */
export const ACTIONS = ['retry', 'add_program', 'replace_file', 'split_file'] as const
export type Action = (typeof ACTIONS)[number]

export interface UnreadFile {
  document: OwnDocument
  coverage?: Coverage
  /** At least one: ways in which it was not read, or not whole. */
  problems: (ModalityView & { action: Action })[]
}

/** What became of files that belong together. */
export type UnreadFiles = Omit<UnreadPage, 'items'> & { items: UnreadFile[] }

/**
 * What became of the files of a chapter, of one request or scan, or of a share: how many there are,
 * and each that was not read whole, with the reason and what to do. One bad file says nothing of the
 * others.
 *
 * @throws AppError `not_found` for a hidden chapter
 */
export async function unreadFiles(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  { of, ...page }: { of: FilesOf; limit: number; cursor?: string },
): Promise<UnreadFiles> {
  requireScope(access.actor, 'read')
  if ('chapterId' in of) requireChapter(access, of.chapterId, 'viewer')
  const found = await ports.catalog.unread.page(access.visible, of, page)
  const items: UnreadFile[] = []
  for (const { documentId, versionId } of found.items) {
    const steps = await ports.catalog.derivations.shown(versionId)
    const problems = modalitiesOf(steps).filter(isProblem)
    const coverage = overallCoverage(steps)
    const document = await findDocument(ports, access, { id: documentId }).catch(unlessGone)
    // trashed or moved out of sight since it was listed
    if (!document) continue
    items.push({
      document,
      ...(coverage && { coverage }),
      problems: problems.map((view) => ({ ...view, action: actionOf(view.reason) })),
    })
  }
  return { ...found, items }
}

function unlessGone(error: unknown): undefined {
  if (codeOf(error) !== 'not_found') throw error
}

const isProblem = ({ state }: ModalityView): boolean =>
  state === 'failed' || state === 'partial' || state === 'not_available'

/** The file itself is what is wrong: nothing that the box does will change that. */
const OF_THE_FILE = [
  'DAMAGED_FILE',
  'PASSWORD_PROTECTED',
  'FILE_TRUNCATED',
  'DTD_FORBIDDEN',
  'PARTS_NOT_READ',
]
const TOO_MUCH = ['TEXT_LIMIT', 'PAGE_LIMIT', 'ENTRY_LIMIT', 'TOO_LARGE_INSIDE']

function actionOf(reason = ''): Action {
  if (isNotAvailable(reason)) return 'add_program'
  if (TOO_MUCH.includes(reason)) return 'split_file'
  return OF_THE_FILE.includes(reason) ? 'replace_file' : 'retry'
}

/**
 * How many contents wait for a program or model that this box does not have.
 *
 * @throws AppError `forbidden`
 */
export async function missingWork(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<MissingWork[]> {
  requireOrgAdmin(actor)
  return catalog.unread.missing()
}

/**
 * Does a step again for every content, or where a program or model was missing that is there now.
 * After everything new. Says for how many.
 *
 * @throws AppError `forbidden`
 */
export async function repeatStep(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  { step, onlyMissing }: { step: Step; onlyMissing: boolean },
): Promise<number> {
  requireOrgAdmin(actor)
  const which = onlyMissing ? ('missing' as const) : undefined
  return catalog.jobs.requeue(step, rowOf(step)?.version ?? 1, which, clock.now())
}
