import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports, ProofFigures } from '../ports/index.ts'
import { type UploadMode, uploadMode } from './upload-mode.ts'
import type { Budget, Verifier } from './verifier.ts'

const DAY_MS = 24 * 60 * 60_000

/** What instant mode does here. */
export interface Privacy {
  mode: UploadMode
  books: { id: string; name: string; isPrivate: boolean }[]
  /** Of the last 24 hours. */
  figures: ProofFigures
  /** Absent while nothing is instant: then nothing was measured. */
  budget?: Budget
}

/** @throws AppError `forbidden` for all but administrators */
export async function getPrivacy(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  verifier?: Pick<Verifier, 'budget'>,
): Promise<Privacy> {
  requireOrgAdmin(actor)
  const { possession } = ports.catalog
  const [mode, books, figures] = await Promise.all([
    uploadMode(ports),
    possession.books(),
    possession.figures(ports.clock.now() - DAY_MS),
  ])
  const budget = mode === 'instant' ? await verifier?.budget() : undefined
  return { mode, books, figures, ...(budget && { budget }) }
}

/**
 * Keeps the contents of a book out of instant upload, or lets them in: what a private book holds is
 * never offered, wherever else it lies. @throws AppError `forbidden`, `not_found`
 */
export async function markPrivate(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  book: { id: string; isPrivate: boolean },
): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.possession.markPrivate(book.id, book.isPrivate, actBy(ports, actor))
}
