import { lastVerified } from '../core/audit/verify-box.ts'
import type { Ports } from '../core/ports/index.ts'
import { type DiskRule, diskStateOf, reserveOf } from '../core/upkeep/disk-room.ts'
import { diskOf } from './room.ts'

/** How one thing is. `warns`: it works, and somebody should look before it does not. */
export interface Check {
  name: string
  ok: boolean
  warns: boolean
  message: string
}

/** What the store has to tell: whether all fits, what is damaged, the audit, and its disk. */
export async function storeChecks(
  { catalog }: Pick<Ports, 'catalog'>,
  where: { dataDir: string; disk: DiskRule },
): Promise<Check[]> {
  const [alarms, damaged, audit, disk] = await Promise.all([
    catalog.care.alarms(),
    catalog.copies.damaged(),
    auditCheck({ catalog }),
    diskCheck(where),
  ])
  return [
    {
      ...sound('store'),
      ...(alarms.length > 0 && {
        ok: false,
        message: `Nothing is removed until "onefold verify" is clean. ${alarms.flatMap(({ detail }) => detail).join('; ')}`,
      }),
    },
    {
      ...sound('contents'),
      ...(damaged > 0 && {
        ok: false,
        message: `${damaged} damaged on the disk. Upload the same files again, or: onefold verify --repair`,
      }),
    },
    audit,
    disk,
  ]
}

/** What the last look at the chain found; before the first night there is nothing to tell. */
async function auditCheck(ports: Pick<Ports, 'catalog'>): Promise<Check> {
  const problem = (await lastVerified(ports))?.problem
  if (!problem) return sound('audit')
  const found = `Entry ${problem.id} is the first that does not fit (${problem.kind}).`
  return { ...sound('audit'), ok: false, message: `${found} Now: onefold audit verify --key …` }
}

const sound = (name: string): Check => ({ name, ok: true, warns: false, message: 'ok' })

async function diskCheck({ dataDir, disk }: { dataDir: string; disk: DiskRule }): Promise<Check> {
  const sizes = await diskOf(dataDir)
  const state = diskStateOf(disk, sizes)
  if (state === 'ok') return sound('disk')
  const free = `${gib(sizes.freeBytes)} of ${gib(sizes.totalBytes)} free.`
  const least = gib(reserveOf(disk, sizes.totalBytes))
  if (state === 'low') {
    return { ...sound('disk'), warns: true, message: `${free} Uploads stop below ${least}.` }
  }
  return {
    ...sound('disk'),
    ok: false,
    message: `${free} Uploads are refused below ${least}: empty the trash, or make the disk larger.`,
  }
}

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
