import { integer, type OptionTree } from '../option.ts'
import { GIB, HOUR, KIB, MIB } from './units.ts'

/** The disk, and what is kept on it for how long. */
export const STORAGE = {
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
      doc: 'Hour of the day, by the time of the machine, at which references are counted again, files compared with the catalog, and the chain of the audit verified.',
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
} as const satisfies OptionTree
