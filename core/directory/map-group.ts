import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { AppError } from '../errors.ts'
import type { Actor, OrgRole } from '../model/actor.ts'
import type { MappedGroup, Ports } from '../ports/index.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'directory' | 'identityProvider'>

/** Says what the members of a group of the directory are in the organization, from now on. */
export async function mapGroup(
  ports: Stores,
  actor: Actor,
  { groupId, orgRole }: { groupId: string; orgRole: OrgRole },
): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.directories.mapGroup(groupId, orgRole, actBy(ports, actor))
}

/** Groups of the directory and of the provider that people sign in at, and what their members are. @throws AppError `forbidden` */
export async function listMappedGroups(ports: Stores, actor: Actor): Promise<MappedGroup[]> {
  requireOrgAdmin(actor)
  const { directory, identityProvider, catalog } = ports
  if (!identityProvider) return catalog.directories.groups(requireDirectory(ports).id)
  const ofDirectory = directory ? await catalog.directories.groups(directory.id) : []
  return [...ofDirectory, ...(await catalog.directories.groups(identityProvider.id))]
}

/** @throws AppError `conflict` (reason `NO_DIRECTORY`) */
export function requireDirectory({ directory }: Pick<Ports, 'directory'>) {
  if (directory) return directory
  throw new AppError('conflict', 'No directory is configured. Set ldap_url.', {
    reason: 'NO_DIRECTORY',
  })
}
