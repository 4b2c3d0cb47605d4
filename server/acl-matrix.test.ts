import { expect, it } from 'vitest'
import { newId } from '../core/ids.ts'
import type { Role, Scope } from '../core/model/actor.ts'
import { seeded } from '../tests/reliability/contents.ts'
import { ROUTE_TABLE, type Row } from '../tests/route-table.ts'
import { type RouteWorld, routeWorld } from '../tests/route-world.ts'

/** Somebody at random, as the model knows them. */
interface Somebody {
  token: string
  isOrgAdmin: boolean
  scopes: readonly Scope[]
  /** The credential reaches another book only. */
  isElsewhere: boolean
  /** Strongest of the grants on the book. */
  onBook?: Role
  /** The same, with those in the chapter. */
  inChapter?: Role
}

const RANK: Record<Role, number> = { viewer: 1, contributor: 2, admin: 3 }
const ROLES: readonly Role[] = ['viewer', 'contributor', 'admin']
const SCOPES: readonly (readonly Scope[])[] = [
  ['read', 'write', 'admin'],
  ['read', 'write', 'admin'],
  ['read', 'write'],
  ['read'],
  ['write'],
]
/** Of each route; `ACL_CALLS=20` for longer. */
const CALLS_EACH = Number(process.env.ACL_CALLS ?? 1)

/** Rows whose only question is a right: what has exceptions, or is about the caller, is in routes.test.ts. */
const PLAIN = Object.entries(ROUTE_TABLE).filter(
  ([, row]) => row.except === undefined && (row.about?.length ?? 0) < 2,
)

it(
  'D13 acl-matrix: random roles, scopes and groups on every route, as a small model says',
  async () => {
    const world = await routeWorld()
    const random = seeded(Number(process.env.SEED ?? 13))
    const elsewhere = await world.shelf('Of another')
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    const mismatches: string[] = []
    let calls = 0
    for (const [key, row] of PLAIN) {
      for (let i = 0; i < CALLS_EACH; i++) {
        const who = await somebody(world, { pick, elsewhereId: elsewhere.id })
        const expected = expectedOf(key, row, who)
        const found = await call(world, key, { row, token: who.token })
        calls++
        if (found !== expected) {
          mismatches.push(`${key}: ${found}, expected ${expected} for ${JSON.stringify(who)}`)
        }
      }
    }
    expect(calls).toBeGreaterThan(60 * CALLS_EACH)
    expect(mismatches).toEqual([])
  },
  300_000 * CALLS_EACH,
)

/** An account with up to three grants, its own or of a group, in the book or in the chapter. */
async function somebody(
  world: RouteWorld,
  { pick, elsewhereId }: { pick: <T>(from: readonly T[]) => T; elsewhereId: string },
): Promise<Somebody> {
  const { library } = world.ports.catalog
  const isOrgAdmin = pick([true, false, false, false])
  const isElsewhere = pick([true, false, false, false, false])
  const scopes = pick(SCOPES)
  const name = `m${newId()}`
  const { id, token } = await world.person(name, isOrgAdmin ? 'admin' : 'member', { scopes })
  let onBook: Role | undefined
  let inChapter: Role | undefined
  for (const by of [pick(['own', 'none']), pick(['group', 'none', 'none'])]) {
    if (by === 'none') continue
    const isOnBook = pick([true, false])
    const role = pick(ROLES)
    const place = { bookId: world.bookId, ...(!isOnBook && { chapterId: world.chapterId }) }
    const subject = by === 'own' ? { userId: id } : { groupId: await groupOf(world, id) }
    await library.putGrant({ id: newId(), role, createdAt: 0, ...place, ...subject })
    if (isOnBook) onBook = stronger(onBook, role)
    inChapter = stronger(inChapter, role)
  }
  if (isOrgAdmin) [onBook, inChapter] = ['admin', 'admin']
  const limited = isElsewhere ? await elsewhereToken(world, id, { scopes, elsewhereId }) : token
  if (isElsewhere) [onBook, inChapter] = [undefined, undefined]
  return {
    token: limited,
    isOrgAdmin,
    scopes,
    isElsewhere,
    ...(onBook && { onBook }),
    ...(inChapter && { inChapter }),
  }
}

const stronger = (a: Role | undefined, b: Role): Role => (a && RANK[a] > RANK[b] ? a : b)

async function groupOf({ ports }: RouteWorld, userId: string): Promise<string> {
  const group = { id: newId(), name: newId(), isEveryone: false, createdAt: 0 }
  await ports.catalog.people.createGroup(group)
  await ports.catalog.people.addMember(group.id, userId)
  return group.id
}

/** A token for a book that is neither the one asked for nor, perhaps, in sight of its owner. */
async function elsewhereToken(
  world: RouteWorld,
  userId: string,
  { scopes, elsewhereId }: { scopes: readonly Scope[]; elsewhereId: string },
): Promise<string> {
  const grant = { userId, role: 'viewer' as const, bookId: elsewhereId }
  await world.ports.catalog.library.putGrant({ id: newId(), createdAt: 0, ...grant })
  const user = await world.ports.catalog.people.user(userId)
  const wish = { scopes, bookIds: [elsewhereId] }
  return (await world.person(user?.username ?? '', user?.orgRole, wish)).token
}

/** The model of who may what: a scope for the kind of call, then a right. */
function expectedOf(key: string, row: Row, who: Somebody): number {
  if (row.right === 'open') return row.ok
  const isReading = key.startsWith('GET') || key === 'POST /api/v1/assets/check-by-hash'
  if (!who.scopes.includes(isReading ? 'read' : 'write')) return 403
  const has = (role: Role | undefined, needed: Role) => role && RANK[role] >= RANK[needed]
  const inside = (needed: Role) => {
    if (!who.inChapter) return 404
    return has(who.inChapter, needed) ? row.ok : 403
  }
  switch (row.right) {
    case 'signedIn':
      return row.ok
    case 'ownAccount':
      return who.scopes.includes('write') && !who.isElsewhere ? row.ok : 403
    case 'view':
      return inside('viewer')
    case 'contribute':
      return inside('contributor')
    case 'keep':
      return inside('admin')
    case 'bookAdmin':
      if (!who.inChapter) return 404
      return has(who.onBook, 'admin') ? row.ok : 403
    case 'orgAdmin':
      return who.isOrgAdmin && !who.isElsewhere && who.scopes.includes('admin') ? row.ok : 403
  }
}

async function call(
  world: RouteWorld,
  key: string,
  { row, token }: { row: Row; token: string },
): Promise<number> {
  const about = (await row.about?.(world, 'root')) ?? {}
  const [method = '', template = ''] = key.replace(/\?.*/, '').split(' ')
  const filled = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => about[name] ?? '')
  const path = filled(template + (row.query ?? ''))
  const answer = await world.ask(method, path, { ...row.send?.(about), token })
  await answer.body?.cancel()
  return answer.status
}
