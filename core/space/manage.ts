import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { AppError } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports, SpaceKind, SpaceRow } from '../ports/index.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** A space as its administrators see it. */
export interface ListedSpace extends SpaceRow {
  /** Contents that the active space of its kind has: what there is to build. */
  wanted: number
}

/** The spaces, those that were dropped apart. @throws AppError `forbidden` */
export async function listSpaces({ catalog }: Stores, actor: Actor): Promise<ListedSpace[]> {
  requireOrgAdmin(actor)
  const spaces = await catalog.spaces.list()
  const activeOf = (kind: SpaceKind) =>
    spaces.find((space) => space.kind === kind && space.state === 'active')
  return spaces
    .filter(({ state }) => state !== 'dropped')
    .map((space) => ({ ...space, wanted: activeOf(space.kind)?.contents ?? 0 }))
}

/**
 * Begins to build the space of a model beside the active one, which goes on to answer until it is
 * whole. Loads the model for a moment, to see that it can be.
 *
 * @throws AppError `forbidden`, `unavailable` (reason `NO_MODEL`), `conflict` (reason
 * `SPACE_ACTIVE`): it answers already
 */
export async function buildSpace(
  ports: Stores & Pick<Ports, 'embedders'>,
  actor: Actor,
  { model, kind }: { model: string; kind: SpaceKind },
): Promise<void> {
  requireOrgAdmin(actor)
  const { catalog, clock, embedders } = ports
  const opened = await (kind === 'text' ? embedders.open(model) : embedders.openPictures(model))
  await opened.close()
  const known = (await catalog.spaces.list()).find(({ id }) => id === opened.space.id)
  if (known?.state === 'active') {
    throw new AppError('conflict', 'The space of this model answers already.', {
      reason: 'SPACE_ACTIVE',
    })
  }
  await catalog.spaces.build(kind, opened.space, clock.now(), actBy(ports, actor))
}

/**
 * Has a space answer at once, however much of it is built; what it lacks is found by words, and made.
 *
 * @throws AppError `forbidden`, `not_found`, `conflict` (reason `SPACE_DROPPED`)
 */
export async function switchSpace(ports: Stores, actor: Actor, id: string): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.spaces.activate(id, ports.clock.now(), actBy(ports, actor))
}

/** @throws AppError `forbidden`, `not_found`, `conflict` (reason `SPACE_IN_USE`) */
export async function dropSpace(ports: Stores, actor: Actor, id: string): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.spaces.drop(id, actBy(ports, actor))
}

/** Has what failed in a space tried again. Returns how many contents. @throws AppError `forbidden` */
export async function retrySpace(ports: Stores, actor: Actor, id: string): Promise<number> {
  requireOrgAdmin(actor)
  return ports.catalog.spaces.retry(id, actBy(ports, actor))
}
