import { join } from 'node:path'
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../core/account/open-session.ts'
import { newSecret } from '../core/account/secret.ts'
import { CODE_WAIT, type HalfWay } from '../core/account/sign-in.ts'
import { JOURNEY, type Journey } from '../core/account/sign-in-elsewhere.ts'
import {
  DEFAULT_THROTTLE,
  memoryThrottle,
  type Throttle,
  type ThrottleLimits,
} from '../core/account/throttle.ts'
import { memoryTickets, type Tickets } from '../core/account/tickets.ts'
import { DEFAULT_TOKEN_RULES, type TokenRules } from '../core/account/tokens.ts'
import type { Trail } from '../core/audit/anchor.ts'
import { type Comparer, threadComparer } from '../core/compare/comparer.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from '../core/ingest/request-upload.ts'
import { newTurns, type Turns } from '../core/ingest/turns.ts'
import { DEFAULT_RATES, type Rates } from '../core/limit/rates.ts'
import type { Ports } from '../core/ports/index.ts'
import { threadVerifier, type Verifier } from '../core/possession/verifier.ts'
import type { DiskRule } from '../core/upkeep/disk-room.ts'
import { allowance } from './allowance.ts'
import { type EventFeed, eventFeed } from './event-feed.ts'
import { type Meters, meters } from './meters.ts'
import type { Walls } from './readiness.ts'
import { type Readings, readings } from './readings.ts'
import { type Spans, spanWriter } from './spans.ts'

export interface DoorOptions {
  version: string
  /** Folder on whose disk the data lies; its free space is shown to administrators. */
  dataDir: string
  /** What is to stay free there. */
  disk: DiskRule
  /** Folder of the built web pages. */
  webDir: string
  session: SessionLimits
  throttle: ThrottleLimits
  tokens: TokenRules
  /** Whether local administrators have to sign in with a code as well. */
  isCodeRequired: boolean
  upload: UploadLimits
  /** How quickly proofs are checked, in bytes a second; absent to measure it. */
  proofRate?: number
  rates: Rates
  /** Of a thousand uploads that end, how many are to be complete. */
  sloPerThousand: number
  /** How long a file of a new share must stand still, in milliseconds. */
  settleMs: number
  /** A request body that sends nothing for this long is cut; in milliseconds. */
  bodyIdleMs: number
  /** Whether browsers reach this server by TLS: cookies are then for TLS alone. */
  isTls: boolean
  /** What stands around the readers of files; `none` is told as a problem. Absent: not asked. */
  sandbox?: () => Promise<Walls>
  /** Asks the Ollama of the configuration whether it answers. */
  ollama?: () => Promise<unknown>
  /** What keeps the audit honest; absent where nobody verifies it. */
  trail?: Trail
  /** Proxies that are believed where a call came from: addresses and networks, with commas. */
  trustedProxies: string
}

export const DEFAULT_OPTIONS: DoorOptions = {
  version: '0.0.0',
  dataDir: '.',
  disk: { reserveBytes: 0, reservePercent: 0, warnPercent: 0 },
  webDir: join(import.meta.dirname, '..', 'web', 'dist'),
  session: DEFAULT_SESSION_LIMITS,
  throttle: DEFAULT_THROTTLE,
  tokens: DEFAULT_TOKEN_RULES,
  isCodeRequired: false,
  upload: DEFAULT_UPLOAD_LIMITS,
  rates: DEFAULT_RATES,
  sloPerThousand: 995,
  settleMs: 2_000,
  bodyIdleMs: 60_000,
  isTls: false,
  trustedProxies: 'none',
}

/** Failures that are written down. */
const RECORDED = { burst: 500, perSecond: 5 }

/** What all routes of this door share. */
export interface Door {
  ports: Ports
  options: DoorOptions
  throttle: Throttle
  /** Sign-ins whose code is waited for. */
  tickets: Tickets<HalfWay>
  /** Browsers that are on their way to the provider and back. */
  journeys: Tickets<Journey>
  turns: Turns
  verifier: Verifier
  comparer: Comparer
  feed: EventFeed
  spans: Spans
  readings: Readings
  meters: Meters
  /** Whether one more failure may be written down: a flood of them must not fill the disk. */
  mayRecord(): boolean
  /** Key of validators that must not tell anything about the content; lasts as long as the catalog. */
  validatorKey(): Promise<string>
  /** Writes down what is still to be written, and ends all live streams. */
  close(): Promise<void>
}

export function openDoor(ports: Ports, given: Partial<DoorOptions> = {}): Door {
  const feed = eventFeed(ports)
  const options = { ...DEFAULT_OPTIONS, ...given }
  const measured = meters(ports, options.sloPerThousand, options.sandbox)
  const spans = spanWriter(ports, measured.leftOut)
  const read = readings(ports)
  const mayRecord = allowance(ports.clock, RECORDED)
  let key: Promise<string> | undefined
  const comparer = threadComparer()
  const verifier = threadVerifier(ports.clock, options.proofRate)
  return {
    ports,
    options,
    throttle: memoryThrottle(ports.clock, options.throttle),
    tickets: memoryTickets(ports.clock, CODE_WAIT),
    journeys: memoryTickets(ports.clock, JOURNEY),
    turns: newTurns(),
    verifier,
    comparer,
    feed,
    spans,
    readings: read,
    meters: measured,
    mayRecord,
    validatorKey() {
      key ??= ports.catalog.settings.putOnce('validator_key', newSecret())
      return key
    },
    async close() {
      feed.close()
      await Promise.all([verifier.close(), comparer.close()])
      await Promise.all([spans.flush(), read.flush()])
    },
  }
}
