import { sql } from 'kysely'
import type { Act } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { auditAct } from './library-audit.ts'

/**
 * What the people of a directory are in the organization: administrators by a group that says so.
 *
 * @returns how many are something else than before
 */
export async function settleRoles(tx: Tx, directory: string, by: Act): Promise<number> {
  const { rows } = await sql<{ id: string; org_role: string }>`
    update users as u set org_role = w.org_role
    from (
      select p.id, case when exists (
        select 1 from group_members m join groups g on g.id = m.group_id
        where m.user_id = p.id and g.org_role = 'admin' and g.gone_at is null)
        then 'admin' else 'member' end as org_role
      from users p where p.directory = ${directory}) w
    where w.id = u.id and w.org_role <> u.org_role
    returning id, org_role`.execute(tx)
  for (const { id, org_role } of rows) {
    await auditAct(tx, by, 'user.update', `user:${id}`, { org_role, by: 'directory' })
  }
  return rows.length
}
