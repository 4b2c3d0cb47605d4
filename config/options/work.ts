import { availableParallelism } from 'node:os'
import { choice, integer, type OptionTree, path } from '../option.ts'
import { MIB, MINUTE, SECOND } from './units.ts'

/** Jobs, and the programs that read files. */
export const WORK = {
  worker: {
    concurrency: integer({
      default: () => Math.min(4, availableParallelism()),
      defaultText: 'number of cores, at most 4',
      min: 1,
      max: 64,
      doc: 'Jobs that run at the same time, heavy ones apart.',
    }),
    heavyLanes: integer({
      default: 1,
      min: 1,
      max: 16,
      doc: 'Scans, recordings and pictures that are read at the same time, beside the others. Each may take a core and 2 GiB.',
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
  sandbox: choice(['auto', 'bwrap', 'socket', 'none'], {
    default: 'auto',
    doc: 'What stands around the readers of files. `auto` takes the first of `socket` and `bwrap` that works; `none` does without, and Admin, Health says so.',
  }),
  parser: {
    socket: path({
      default: '/run/onefold/extract.sock',
      doc: 'Unix socket behind which systemd or a second container reads files.',
    }),
    memoryBytes: integer({
      default: 1536 * MIB,
      min: 64 * MIB,
      unit: 'bytes',
      doc: 'Memory that the reader of one file may use.',
    }),
    cpuSeconds: integer({
      default: 120,
      min: 1,
      unit: 's',
      doc: 'Processor time that the reader of one file may use.',
    }),
    wallMs: integer({
      default: 5 * MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'Time that the reader of one file may take.',
    }),
  },
} as const satisfies OptionTree
