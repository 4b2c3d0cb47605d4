import { requireOrgAdmin, requireScope } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import type { CopyFigures, Ports, Provider } from '../ports/index.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'providers'>

export interface ProviderFigures extends CopyFigures {
  kind: Provider['kind']
}

/**
 * How far the copies in each further store of the configuration are, by name.
 *
 * @throws AppError `forbidden` for all but administrators
 */
export async function copyFigures(
  { catalog, providers }: Stores,
  actor: Actor,
): Promise<ProviderFigures[]> {
  requireOrgAdmin(actor)
  const figures = await catalog.copies.figures()
  return figures.flatMap((each) => {
    const provider = providers.find(({ name }) => name === each.provider)
    return provider ? [{ ...each, kind: provider.kind }] : []
  })
}

/**
 * Makes copies that failed or wait for their next try due at once; returns how many.
 *
 * @param name of the store; all of them without it
 * @throws AppError `forbidden` for all but administrators, `not_found` for a store that is not there
 */
export async function retryCopies(
  { catalog, clock, providers }: Stores,
  actor: Actor,
  name: string | undefined,
): Promise<number> {
  requireOrgAdmin(actor)
  requireScope(actor, 'admin')
  if (name !== undefined && !providers.some((each) => each.name === name)) throw notFound()
  return catalog.copies.retry(name, clock.now())
}
