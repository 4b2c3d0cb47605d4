import { addresses, choice, integer, type OptionTree, path, secret, text } from '../option.ts'
import { HOUR, MINUTE, SECOND } from './units.ts'

/** Finer than this a bucket does not count. */
const MOST_A_MINUTE = 100_000

/** The server, its door and its limits. */
export const SERVER = {
  dataDir: path({
    default: './data',
    doc: 'Folder of everything the box keeps: catalog, blobs, index, models. Must be on a local disk.',
  }),
  readOnly: choice(['off', 'on'], {
    default: 'off',
    doc: 'Whether the box only reads and finds, and stores nothing. It does so by itself when its disk fails; see `onefold doctor --clear-read-only`.',
  }),
  host: text({
    default: '127.0.0.1',
    doc: 'Address the server listens on; `0.0.0.0` for every network the machine is in.',
  }),
  port: integer({
    default: 8000,
    max: 65_535,
    doc: 'Port the server listens on; 0 takes a free one.',
  }),
  tls: choice(['off', 'proxy'], {
    default: 'off',
    doc: 'Whether browsers reach the box by TLS. `proxy`: a proxy in front speaks it; cookies are then for TLS alone, and browsers are told to stay with it.',
  }),
  trustedProxies: addresses({
    default: 'none',
    doc: 'Proxies whose `X-Forwarded-For` is believed: addresses and networks with commas between them, such as `127.0.0.1, 10.1.0.0/16`, or `none`.',
  }),
  limit: {
    uploadsPerMinute: integer({
      default: 12_000,
      max: MOST_A_MINUTE,
      doc: 'Files that one session or token may ask to upload in a minute, and at once; its owner may twice as many, an address ten times. 0: any number.',
    }),
    checksPerMinute: integer({
      default: 600,
      max: MOST_A_MINUTE,
      doc: 'Calls of `check-by-hash` in a minute, in the same way.',
    }),
    searchesPerMinute: integer({
      default: 300,
      max: MOST_A_MINUTE,
      doc: 'Searches in a minute, in the same way.',
    }),
    openUploads: integer({
      default: 1_000,
      min: 1,
      doc: 'Uploads of one account that may wait for their bytes at the same time; one batch is always let in.',
    }),
    alarmUploads: integer({
      default: 200,
      min: 1,
      doc: 'Uploads that one account may request in a day and never complete before administrators are told, and nothing is instant for it.',
    }),
    abandonedUploads: integer({
      default: 1_000,
      min: 1,
      doc: 'Uploads that one account may request in a day and never complete before it can request no more.',
    }),
  },
  admin: {
    password: secret({
      doc: 'Password of the first account, `admin`. Without it one is made at the first start and kept in `initial-admin-password` in the data folder; it is good for 24 hours.',
    }),
    totp: choice(['optional', 'required'], {
      default: 'optional',
      doc: 'Whether local administrators have to sign in with a code of an app as well. `required`: who has none can do nothing but set it up.',
    }),
  },
  log: {
    level: choice(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      doc: 'Least important messages that are written.',
    }),
  },
} as const satisfies OptionTree

/** How long somebody stays signed in. */
export const SESSION = {
  session: {
    idleMs: integer({
      default: 30 * MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'A browser that is unused for this long has to sign in again.',
    }),
    absoluteMs: integer({
      default: 12 * HOUR,
      min: SECOND,
      unit: 'ms',
      doc: 'A browser has to sign in again after this long, used or not.',
    }),
  },
  token: {
    defaultDays: integer({
      default: 365,
      max: 36_500,
      unit: 'days',
      doc: 'How long a new token is good when nobody says how long; 0: until it is revoked.',
    }),
    longestDays: integer({
      default: 0,
      max: 36_500,
      unit: 'days',
      doc: 'How long a new token may be good at most; 0: any time, also without end.',
    }),
  },
} as const satisfies OptionTree

/** What the box is held to. */
export const OBJECTIVE = {
  slo: {
    uploadsPerThousand: integer({
      default: 995,
      min: 1,
      max: 999,
      doc: 'Objective: of a thousand uploads that end, how many are to be complete. Shown under Admin, Health and in the metrics.',
    }),
  },
} as const satisfies OptionTree
