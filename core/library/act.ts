import type { Access } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Act, Ports } from '../ports/index.ts'

/**
 * What the audit keeps of the caller's deed, now: `actBy` for those who hold the caller's
 * access.
 */
export const actOf = (ports: Pick<Ports, 'clock'>, { actor }: Access): Act & { userId: string } =>
  actBy(ports, actor)
