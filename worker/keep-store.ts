import type { BoxTime, Ports, Rereader } from '../core/ports/index.ts'
import { auditStore } from '../core/upkeep/audit-store.ts'
import { type ScrubRule, scrubDue } from '../core/upkeep/scrub.ts'

const EVERY_MS = 60_000
const HOUR_MS = 60 * 60_000
/** An audit of today is not done twice, though its hour lasts longer than it. */
const AUDITED_MS = 12 * HOUR_MS
/** After this long it does not wait for its hour any more. */
const OVERDUE_MS = 36 * HOUR_MS
/** When the last audit was, by the box's own clock. */
const SETTING = 'audited'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'log'> & { rereader: Rereader }

/** Rounds after which room is taken that was given up, or never held. */
const BALLAST_ROUNDS = 10

/** When the store is looked at. */
export type KeepRule = ScrubRule & {
  /** Of the day, by the time of the machine, 0 to 23. */
  hour: number
}

/**
 * Reads the store's bytes again, audits it every night, and holds room for a full disk, until
 * `signal` aborts.
 */
export async function keepStore(
  ports: Stores & { ballast: { fill(): Promise<boolean> } },
  rule: KeepRule,
  signal: AbortSignal,
): Promise<void> {
  const { ballast, clock, log } = ports
  for (let round = 1; !signal.aborted; round++) {
    await clock.sleep(EVERY_MS, signal)
    if (signal.aborted) return
    try {
      if (round % BALLAST_ROUNDS === 0) await ballast.fill()
      await scrubDue(ports, rule, signal)
      await auditNightly(ports, rule.hour)
    } catch (err) {
      log.error('The store could not be looked at; it is tried again.', { err })
    }
  }
}

/** True when an audit was due, and done. */
export async function auditNightly(ports: Stores, hour: number): Promise<boolean> {
  const { catalog, clock, log } = ports
  const time = await catalog.care.boxTime()
  if (
    !isDue(time, await catalog.settings.get(SETTING), new Date(clock.now()).getHours() === hour)
  ) {
    return false
  }
  const steps = await auditStore(ports)
  await catalog.settings.put(SETTING, String(time.elapsedMs))
  const problems = steps.flatMap((step) => step.problems).length
  if (problems === 0) log.info('Audited: references and files fit.', {})
  else log.error('Audited: no bytes are removed until "onefold verify" is clean.', { problems })
  return true
}

function isDue({ elapsedMs }: BoxTime, audited: string | undefined, isHour: boolean): boolean {
  // A box that was never audited waits for its first night, too.
  const agoMs = elapsedMs - Number(audited ?? 0)
  return agoMs >= OVERDUE_MS || (isHour && agoMs >= AUDITED_MS) || (isHour && audited === undefined)
}
