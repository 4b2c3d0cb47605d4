import { availableParallelism } from 'node:os'
import {
  addresses,
  choice,
  integer,
  type Option,
  optionalPath,
  optionalText,
  path,
  secret,
  text,
  url,
} from './option.ts'
import type { StoreConfig } from './stores.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const KIB = 2 ** 10
const MIB = 2 ** 20
const GIB = 2 ** 30
/** Finer than this a bucket does not count. */
const MOST_A_MINUTE = 100_000

/**
 * Every option there is. The name follows from the place: `upload.maxBytes` is `upload_max_bytes` in
 * `onefold.toml` and `ONEFOLD_UPLOAD_MAX_BYTES` in the environment, which wins over the file.
 */
export const OPTIONS = {
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
      doc: 'Password of the first account, `admin`. Without it one is made at the first start and kept in `initial-admin-password` in the data folder.',
    }),
  },
  log: {
    level: choice(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      doc: 'Least important messages that are written.',
    }),
  },

  settleMs: integer({
    default: 2 * SECOND,
    unit: 'ms',
    doc: 'How long a file of a new watched share must stand still before it is read.',
  }),
  scanIntervalMs: integer({
    default: 5 * MINUTE,
    min: SECOND,
    unit: 'ms',
    doc: 'Longest time between two whole scans of a watched share. Events only make it sooner.',
  }),
  share: {
    outageFiles: integer({
      default: 50,
      min: 1,
      doc: 'So many files may go from a watched share at once; with more than that, and more than the percentage, it is frozen and asks.',
    }),
    outagePercent: integer({
      default: 10,
      min: 1,
      max: 100,
      doc: 'The same, in hundredths of the files that were there.',
    }),
    graceMs: integer({
      default: 24 * HOUR,
      unit: 'ms',
      doc: 'How long a file that went from a share may turn up elsewhere, with the same content, and be the same document.',
    }),
  },
  upload: {
    urlTtlMs: integer({
      default: 15 * MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'How long the address of an upload may be used.',
    }),
    maxBytes: integer({
      default: 1024 * GIB,
      min: 1,
      unit: 'bytes',
      doc: 'Largest file that is taken in.',
    }),
    partBytes: integer({
      default: 8 * MIB,
      min: 64 * KIB,
      max: GIB,
      unit: 'bytes',
      doc: 'Files above this are sent in parts of this many bytes, so that a break costs a part and not the file.',
    }),
    idleMs: integer({
      default: MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'An upload that sends nothing for this long is cut; one that flows never is.',
    }),
    abandonedMs: integer({
      default: 24 * HOUR,
      min: SECOND,
      unit: 'ms',
      doc: 'An unfinished upload that nobody goes on with for this long is ended, and its bytes are removed. Its owner is told.',
    }),
    endedDays: integer({
      default: 365,
      min: 1,
      max: 36_500,
      unit: 'days',
      doc: 'How long the record of an upload that came to nothing is kept.',
    }),
  },
  proof: {
    bytesPerSecond: integer({
      default: 0,
      unit: 'bytes/s',
      doc: 'How quickly this machine reads and checks files in instant mode; 0 to measure it. The time of every answer and the budget for reading follow from it.',
    }),
  },
  quota: {
    userBytes: integer({
      default: 0,
      unit: 'bytes',
      doc: 'Most bytes that one account may put in by page and API, each copy counted; 0 for no limit. An account may have its own (`onefold user quota`).',
    }),
  },
  disk: {
    reserveBytes: integer({
      default: 2 * GIB,
      unit: 'bytes',
      doc: 'Uploads are refused when less than this is free on the disk of the data folder; reading, searching and deleting go on.',
    }),
    reservePercent: integer({
      default: 5,
      max: 99,
      unit: '%',
      doc: 'Uploads are refused when less than this share of that disk is free, too.',
    }),
    warnPercent: integer({
      default: 15,
      max: 99,
      unit: '%',
      doc: 'Administrators are warned when less than this share of that disk is free.',
    }),
    ballastBytes: integer({
      default: 256 * MIB,
      unit: 'bytes',
      doc: 'Room held by a file that is given up when the disk is full, so that deleting and a start still work; 0 for none.',
    }),
  },
  scrub: {
    days: integer({
      default: 30,
      max: 3_650,
      unit: 'days',
      doc: 'Every stored byte is read again and compared once in so many days, behind all other work; 0 for never.',
    }),
    bytesPerSecond: integer({
      default: 32 * MIB,
      min: 64 * KIB,
      unit: 'bytes/s',
      doc: 'How quickly the scrub reads at most.',
    }),
  },
  audit: {
    hour: integer({
      default: 3,
      max: 23,
      unit: 'h',
      doc: 'Hour of the day, by the time of the machine, at which references are counted again and files compared with the catalog.',
    }),
  },
  blob: {
    graceMs: integer({
      default: 24 * HOUR,
      unit: 'ms',
      doc: 'How long bytes that nothing points to stay before the sweep removes them.',
    }),
  },
  trash: {
    days: integer({
      default: 30,
      max: 36_500,
      unit: 'days',
      doc: 'How long a deleted document can be restored.',
    }),
  },

  worker: {
    concurrency: integer({
      default: () => Math.min(4, availableParallelism()),
      defaultText: 'number of cores, at most 4',
      min: 1,
      max: 64,
      doc: 'Jobs that run at the same time.',
    }),
  },
  job: {
    leaseMs: integer({
      default: MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'A job whose worker is silent for this long is given to another.',
    }),
    maxAttempts: integer({
      default: 5,
      min: 1,
      max: 100,
      doc: 'Attempts after which a job goes to the dead letter.',
    }),
  },
  parser: {
    memoryBytes: integer({
      default: 1536 * MIB,
      min: 64 * MIB,
      unit: 'bytes',
      doc: 'Memory that the reader of one file may use.',
    }),
    cpuSeconds: integer({
      default: 300,
      min: 1,
      unit: 's',
      doc: 'Processor time that the reader of one file may use.',
    }),
    wallMs: integer({
      default: 10 * MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'Time that the reader of one file may take.',
    }),
  },

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

  embedder: choice(['auto', 'builtin', 'transformers'], {
    default: 'auto',
    doc: 'What turns text into vectors. `auto` takes a model from the models folder when one is there, else the built-in lexical embedder.',
  }),
  models: {
    dir: path({
      default: '{data}/models',
      doc: 'Folder of models in the layout of transformers.js. Nothing is ever fetched into it unasked.',
    }),
  },

  provider: {
    lanes: integer({
      default: 2,
      min: 1,
      max: 16,
      doc: 'Contents that are copied to one further store at the same time.',
    }),
    recheckDays: integer({
      default: 30,
      max: 3_650,
      unit: 'days',
      doc: 'How long after a copy in a further store was read back it is read back again; 0 for never.',
    }),
    folder: {
      path: optionalPath({
        doc: 'Folder to which every content is copied, on another disk or a mount. It must be there: a disk that is not mounted is not written beside.',
      }),
      name: text({
        default: 'folder',
        doc: 'What people see of that store. Another name is another store, to which everything is copied again.',
      }),
    },
    s3: {
      bucket: optionalText({
        doc: 'Bucket to which every content is copied, in a store that speaks S3. It must be there.',
      }),
      name: text({
        default: 's3',
        doc: 'What people see of that bucket. Another name is another store, to which everything is copied again.',
      }),
      endpoint: url(['http:', 'https:'], {
        doc: 'Address of the store; without it, AWS.',
      }),
      region: text({ default: 'us-east-1', doc: 'Region of the bucket.' }),
      accessKey: secret({ doc: 'Name of the key to the bucket.' }),
      secretKey: secret({ doc: 'The key to the bucket.' }),
      pathStyle: choice(['auto', 'on', 'off'], {
        default: 'auto',
        doc: 'Whether the bucket stands in the path of addresses, not in the host name. `auto`: yes, unless it is AWS.',
      }),
      direct: choice(['off', 'on'], {
        default: 'off',
        doc: 'Whether people send the bytes of uploads to the bucket, from where they are fetched and verified. The bucket must allow the page to `PUT` (CORS).',
      }),
    },
  },

  slo: {
    uploadsPerThousand: integer({
      default: 995,
      min: 1,
      max: 999,
      doc: 'Objective: of a thousand uploads that end, how many are to be complete. Shown under Admin, Health and in the metrics.',
    }),
  },

  keydb: {
    url: url(
      ['redis:', 'rediss:'],
      {
        doc: 'Valkey, Redis or KeyDB that the processes share: counters of the limits, and the record of contents. Without one each process counts for itself. Nothing is lost with it.',
      },
      'secret',
    ),
  },
  ldap: {
    url: url(['ldap:', 'ldaps:'], {
      doc: 'LDAP or Active Directory for accounts. Accepted, not used by this version.',
    }),
  },
  ollama: {
    url: url(['http:', 'https:'], {
      doc: 'Ollama for answers. Accepted, not used by this version.',
    }),
  },
  gemini: {
    apiKey: secret({ doc: 'Key for Gemini. Accepted, not used by this version.' }),
  },
} as const satisfies OptionTree

export interface OptionTree {
  readonly [key: string]: Option | OptionTree
}

export type Values<T> = {
  readonly [K in keyof T]: T[K] extends Option<infer V> ? V : Values<T[K]>
}

/** What the product runs with: every option of `OPTIONS`, checked, paths absolute, frozen. */
export type Config = Values<typeof OPTIONS> & {
  /** Further stores that have a name of their own, by name. */
  readonly stores: readonly StoreConfig[]
}

export const isOption = (child: Option | OptionTree): child is Option =>
  child.fallback instanceof Function

/** An option with its names, in the order of `OPTIONS`. */
export interface NamedOption {
  place: readonly string[]
  /** Name in `onefold.toml`. */
  key: string
  /** Name in the environment. */
  env: string
  option: Option
}

export const namedOptions: readonly NamedOption[] = flatten(OPTIONS, [])

function flatten(tree: OptionTree, above: readonly string[]): NamedOption[] {
  return Object.entries(tree).flatMap(([name, child]) => {
    const place = [...above, name]
    if (!isOption(child)) return flatten(child, place)
    const key = place
      .join('_')
      .replace(/[A-Z]/g, (letter) => `_${letter}`)
      .toLowerCase()
    return [{ place, key, env: `ONEFOLD_${key.toUpperCase()}`, option: child }]
  })
}
