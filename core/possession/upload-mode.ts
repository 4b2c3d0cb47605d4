import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'

/**
 * Whether every file is sent (`strict`), or a large one that many hold may be skipped by whoever
 * proves to have it (`instant`).
 */
export type UploadMode = 'strict' | 'instant'

const KEY = 'upload_mode'

/** As it is now: whoever switches it off does so for the very next request. */
export async function uploadMode({ catalog }: Pick<Ports, 'catalog'>): Promise<UploadMode> {
  return (await catalog.settings.get(KEY)) === 'instant' ? 'instant' : 'strict'
}

/** @throws AppError `forbidden` for all but administrators */
export async function setUploadMode(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  mode: UploadMode,
): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.settings.change(KEY, mode, actBy(ports, actor))
}
