import { integer, type OptionTree } from '../option.ts'
import { GIB, HOUR, KIB, MIB, MINUTE, SECOND } from './units.ts'

/** How files come in: watched shares and uploads. */
export const INTAKE = {
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
} as const satisfies OptionTree
