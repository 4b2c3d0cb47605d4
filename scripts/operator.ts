import { type Access, resolveAccess } from '../core/access/access.ts'
import { AppError } from '../core/errors.ts'
import { newTraceId } from '../core/ids.ts'
import type { Ports } from '../core/ports/index.ts'

/**
 * The rights of the command line: whoever may read the data folder may do everything anyway, so it
 * acts as the oldest administrator, and the audit says so.
 */
export async function operator(ports: Pick<Ports, 'catalog'>): Promise<Access> {
  const users = await ports.catalog.people.users()
  const [admin] = users
    .filter((user) => user.orgRole === 'admin' && user.disabledAt === undefined && !user.directory)
    .toSorted((a, b) => a.createdAt - b.createdAt)
  if (!admin) throw new AppError('not_found', 'There is no active administrator.')
  return resolveAccess(ports, {
    userId: admin.id,
    username: admin.username,
    displayName: admin.displayName,
    orgRole: admin.orgRole,
    scopes: ['read', 'write', 'admin'],
    traceId: newTraceId(),
    door: 'command',
  })
}
