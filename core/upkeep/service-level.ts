import { requireOrgAdmin } from '../access/access.ts'
import type { Actor } from '../model/actor.ts'
import type { Level, Ports } from '../ports/index.ts'

const HOUR_MS = 60 * 60_000

/** The times that are looked back on. */
const WINDOWS = { '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS } as const
type Window = keyof typeof WINDOWS

/** Files whose times are sorted, the newest of a window. */
const MOST = 20_000

/** A network path is called broken when so many addresses of ended uploads were made anew. */
const BROKEN = { uploads: 10, share: 0.2 }

/** How uploads went in one window, against the objective. */
export interface WindowLevel extends Level {
  window: Window
  ended: number
  /** Complete of ended, 0 to 1; absent while none has ended. */
  rate?: number
  /** Of the failures that the objective allows, the share that is left: 1 all, negative when over. */
  budgetLeft?: number
  /** So many addresses were made anew that the network between people and box should be looked at. */
  isRenewedOften: boolean
}

/** `serviceLevel` for whoever administers the box. @throws AppError `forbidden` */
export async function getServiceLevel(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  perThousand: number,
): Promise<WindowLevel[]> {
  requireOrgAdmin(actor)
  return serviceLevel(ports, perThousand)
}

/** @param perThousand of a thousand uploads that end, how many are to be complete */
export async function serviceLevel(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  perThousand: number,
): Promise<WindowLevel[]> {
  const until = clock.now()
  const levels: WindowLevel[] = []
  for (const [window, ms] of Object.entries(WINDOWS) as [Window, number][]) {
    const level = await catalog.journal.level({ after: until - ms, until }, MOST)
    levels.push({ window, ...level, ...measured(level, perThousand) })
  }
  return levels
}

function measured({ complete, failed, renewed }: Level, perThousand: number) {
  const failures = failed.reduce((sum, { count }) => sum + count, 0)
  const ended = complete + failures
  const allowed = (ended * (1000 - perThousand)) / 1000
  const isRenewedOften =
    renewed.uploads >= BROKEN.uploads && renewed.uploads >= ended * BROKEN.share
  if (ended === 0) return { ended, isRenewedOften }
  return { ended, isRenewedOften, rate: complete / ended, budgetLeft: 1 - failures / allowed }
}
