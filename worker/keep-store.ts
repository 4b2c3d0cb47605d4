import type { Trail } from '../core/audit/anchor.ts'
import { verifyAndTell } from '../core/audit/verify-box.ts'
import { newTraceId } from '../core/ids.ts'
import type { BoxTime, Ports, Rereader } from '../core/ports/index.ts'
import { auditStore } from '../core/upkeep/audit-store.ts'
import { type ScrubRule, scrubDue } from '../core/upkeep/scrub.ts'

const EVERY_MS = 60_000
const HOUR_MS = 60 * 60_000
/** An audit of today is not done twice, though its hour lasts longer than it. */
const AUDITED_MS = 12 * HOUR_MS
/** After this long it does not wait for its hour any more. */
const OVERDUE_MS = 36 * HOUR_MS
/** When the last audit of the store was, by the box's own clock. */
const SETTING = 'audited'
/** And when the chain of the audit was looked at. */
const VERIFIED_SETTING = 'audit_chain_looked_at'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'log'> & {
  rereader: Rereader
  trail: Trail
}

/** Rounds after which room is taken that was given up, or never held. */
const BALLAST_ROUNDS = 10

/** When the store is looked at. */
export type KeepRule = ScrubRule & {
  /** Of the day, by the time of the machine, 0 to 23. */
  hour: number
}

/**
 * Reads the store's bytes again, looks every night whether counts, files and the chain of the audit
 * are what they were, and holds room for a full disk, until `signal` aborts.
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
      await verifyNightly(ports, rule.hour)
    } catch (err) {
      log.error('The store could not be looked at; it is tried again.', { err })
    }
  }
}

/** True when an audit of the store was due, and done. */
export async function auditNightly(ports: Stores, hour: number): Promise<boolean> {
  return nightly(ports, { setting: SETTING, hour }, async () => {
    const steps = await auditStore(ports)
    const problems = steps.flatMap((step) => step.problems).length
    if (problems === 0) ports.log.info('Audited: references and files fit.', {})
    else
      ports.log.error('Audited: no bytes are removed until "onefold verify" is clean.', {
        problems,
      })
  })
}

/** True when looking at the chain of the audit was due, and done. */
export async function verifyNightly(ports: Stores, hour: number): Promise<boolean> {
  return nightly(ports, { setting: VERIFIED_SETTING, hour }, async () => {
    const { log, trail } = ports
    const { isSound, isKeyed, entries, problem } = await verifyAndTell(ports, trail, {
      traceId: newTraceId(),
    })
    if (isSound) log.info('The audit is as it was written.', { entries, keyed: isKeyed })
    else log.error('THE AUDIT IS NOT AS IT WAS WRITTEN.', { entries, keyed: isKeyed, problem })
  })
}

/** Does `work` when its night has come; when it was done is kept under `setting`. */
async function nightly(
  { catalog, clock }: Stores,
  { setting, hour }: { setting: string; hour: number },
  work: () => Promise<void>,
): Promise<boolean> {
  const time = await catalog.care.boxTime()
  const done = await catalog.settings.get(setting)
  if (!isDue(time, done, new Date(clock.now()).getHours() === hour)) return false
  await work()
  await catalog.settings.put(setting, String(time.elapsedMs))
  return true
}

function isDue({ elapsedMs }: BoxTime, done: string | undefined, isHour: boolean): boolean {
  // A box that was never looked at waits for its first night, too.
  const agoMs = elapsedMs - Number(done ?? 0)
  return agoMs >= OVERDUE_MS || (isHour && agoMs >= AUDITED_MS) || (isHour && done === undefined)
}
