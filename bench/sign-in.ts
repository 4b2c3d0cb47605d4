// D10: whether the time of a refused sign-in tells if there is such an account. In one process, without
// a socket: `node bench/sign-in.ts [n of each kind]`, 2000 unless said. Prints medians and the AUC, the
// chance that of two refusals the one for a known name took longer.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { firstStart } from '../core/account/first-start.ts'
import { CODE_WAIT, type HalfWay, signIn } from '../core/account/sign-in.ts'
import { DEFAULT_THROTTLE, memoryThrottle } from '../core/account/throttle.ts'
import { memoryTickets } from '../core/account/tickets.ts'
import { newTraceId } from '../core/ids.ts'
import { keysFrom } from '../core/keys.ts'
import { auc } from './privacy-stats.ts'

const n = Number(process.argv[2] ?? 2000)
const folder = await mkdtemp(join(tmpdir(), 'onefold-sign-in-'))
const catalog = sqlCatalog(join(folder, 'catalog.sqlite'), keysFrom(Buffer.alloc(32, 1)))
await catalog.migrate()
const ports = { catalog, clock: systemClock }
await firstStart(ports, { adminPassword: 'a password for this bench' })
const rules = {
  throttle: memoryThrottle(systemClock, { ...DEFAULT_THROTTLE, freeTries: 1e9, perAddress: 1e9 }),
  limits: { idleMs: 60_000, absoluteMs: 60_000 },
  tickets: memoryTickets<HalfWay>(systemClock, CODE_WAIT),
}

async function timeOf(username: string): Promise<number> {
  const visit = { address: '192.0.2.1', userAgent: '', traceId: newTraceId(), door: 'api' as const }
  const start = performance.now()
  await signIn(ports, rules, { ...visit, username, password: 'wrong' }).catch(() => undefined)
  return performance.now() - start
}

const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
for (let i = 0; i < 10; i++) await timeOf(`warm${i}`)
while (times.known.length < n || times.unknown.length < n) {
  // In an order that chance gives: what else the machine does falls on both alike.
  const kind = Math.random() < 0.5 ? 'known' : 'unknown'
  if (times[kind].length >= n) continue
  times[kind].push(await timeOf(kind === 'known' ? 'admin' : `nobody${times.unknown.length}`))
}
await catalog.close()
await rm(folder, { recursive: true })

const chance = auc({ what: 'sign-in', ...times })
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(2)
console.log(
  JSON.stringify({
    n,
    median_known_ms: median(times.known),
    median_unknown_ms: median(times.unknown),
    auc: chance.toFixed(4),
    // Of the rank sum against chance (Mann-Whitney), in standard deviations.
    z: ((chance - 0.5) / Math.sqrt((2 * n + 1) / (12 * n * n))).toFixed(2),
  }),
)
