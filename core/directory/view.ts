import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Actor, OrgRole } from '../model/actor.ts'
import type {
  Changes,
  DirectoryAbout,
  DirectoryPerson,
  DirectoryState,
  Examination,
  GroupGrant,
  Ports,
} from '../ports/index.ts'
import { TROUBLE_MS } from './keep.ts'
import { requireDirectory } from './map-group.ts'
import { type Agreement, syncDirectory } from './sync.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'directory'>

/** The directory of the configuration, and how it goes with it. */
export interface DirectoryView {
  id: string
  about: DirectoryAbout
  syncMs: number
  graceMs: number
  /** There is no service account, and no look at all of it. */
  isAskedAsPeople: boolean
  state: DirectoryState
  /** When all of it is looked at again; undefined before the first time. */
  nextAt?: number
}

/** Undefined without a directory. Administrators only, like everything here. */
export async function viewDirectory(
  ports: Stores,
  actor: Actor,
): Promise<DirectoryView | undefined> {
  requireOrgAdmin(actor)
  const { catalog, directory } = ports
  if (!directory) return undefined
  const state = await catalog.directories.state(directory.id)
  const { id, about, syncMs, graceMs, isAskedAsPeople } = directory
  const pauseMs = state?.reason === undefined ? syncMs : Math.min(TROUBLE_MS, syncMs)
  const nextAt = state?.triedAt === undefined ? undefined : state.triedAt + pauseMs
  return {
    id,
    about,
    syncMs,
    graceMs,
    isAskedAsPeople,
    state: state ?? { people: 0, groups: 0 },
    ...(nextAt !== undefined && { nextAt }),
  }
}

/** Takes the directory over now, with somebody's yes to what would vanish, or without. */
export async function syncNow(ports: Stores, actor: Actor, agreed?: Agreement): Promise<Changes> {
  requireOrgAdmin(actor)
  const { catalog, clock } = ports
  const directory = requireDirectory(ports)
  const by = actBy(ports, actor)
  if (agreed) {
    const { now, ...who } = by
    const { people, groups, stripped, members } = agreed
    const subject = `directory:${directory.id}`
    await catalog.journal.audit({
      ...who,
      at: now,
      action: 'directory.agree',
      subject,
      detail: { people, groups, stripped, members },
    })
  }
  return syncDirectory({ catalog, clock, directory }, { by, ...(agreed && { agreed }) })
}

/** What a try of the directory found. */
export interface DirectoryTest {
  steps: readonly Examination[]
  person?: DirectoryPerson & { orgRole: OrgRole; grants: readonly GroupGrant[] }
}

/** Tries the directory step by step, and what a person of it would be and see here. */
export async function testDirectory(
  ports: Stores,
  actor: Actor,
  name?: string,
): Promise<DirectoryTest> {
  requireOrgAdmin(actor)
  const { catalog } = ports
  const directory = requireDirectory(ports)
  const { now, ...who } = actBy(ports, actor)
  const subject = `directory:${directory.id}`
  const detail = name === undefined ? {} : { name }
  await catalog.journal.audit({ ...who, at: now, action: 'directory.test', subject, detail })
  const { steps, person } = await directory.examine(name)
  if (!person) return { steps }
  const objectIds = person.groups.map((group) => group.objectId)
  const [grants, roles] = await Promise.all([
    catalog.directories.grantsOf(directory.id, objectIds),
    catalog.directories.rolesOf(directory.id, objectIds),
  ])
  const orgRole = roles.includes('admin') ? 'admin' : 'member'
  return { steps, person: { ...person, orgRole, grants } }
}
