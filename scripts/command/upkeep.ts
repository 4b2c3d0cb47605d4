import { type Command, InvalidArgumentError } from 'commander'
import { bytes, print, progressLine, table } from './output.ts'
import { restoredWords } from './provider.ts'
import { withPorts } from './with-ports.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

export function addUpkeep(program: Command): void {
  program
    .command('verify')
    .description(
      'Look at everything the store promises: catalog, references, files, contents, indexes.',
    )
    .option('--sample <percent>', 'hash only so many of the contents again', percentage)
    .option('--repair', 'fetch what is damaged from a further store that has it')
    .action(runVerify)
  program
    .command('sweep')
    .description('Remove what its time has come for: abandoned uploads, old trash, unused bytes.')
    .option('--grace <hours>', 'remove bytes unused for this many hours', number)
    .option('--abandoned <hours>', 'end uploads left unfinished for this many hours', number)
    .option('--empty-trash', 'remove everything in the trash, however new')
    .action(runSweep)
  program
    .command('usage')
    .description('Show what people have put in against what lies on the disk.')
    .option('--measure', 'read the folders too, instead of the rows only')
    .action(runUsage)
}

async function runVerify(
  options: { repair?: boolean; sample?: number },
  command: Command,
): Promise<void> {
  const { verify } = await import('../../core/upkeep/verify.ts')
  const { restoreAll } = await import('../../core/replica/restore-all.ts')
  const line = progressLine('verify')
  const onProgress = (step: string, checked: number) => line.update(`${step}, ${checked} checked`)
  const sample = (options.sample ?? 100) / 100
  const { steps, repair } = await withPorts(async (ports) => {
    const isSure = options.repair === true
    const found = await verify(ports, { sample, isSure, onProgress })
    if (!options.repair) return { steps: found }
    const repair = await restoreAll(ports)
    // What was missing or damaged may be whole again, whoever mended it.
    if (repair.lost > 0 || isClean(found)) return { steps: found, repair }
    return { steps: await verify(ports, { sample: 0, onProgress }), repair }
  })
  line.end()
  const problems = steps.flatMap((step) => step.problems)
  const isWell = isClean(steps)
  print(command, { ok: isWell, steps, ...repair }, () =>
    [
      table(
        ['CHECK', 'CHECKED', 'PROBLEMS', 'TOOK'],
        steps.map((step) => [
          step.name,
          String(step.checked),
          String(step.problems.length),
          `${step.tookMs} ms`,
        ]),
      ),
      ...problems.map((problem) => `  ${problem}`),
      ...(repair ? [restoredWords(repair)] : []),
      isWell ? 'All is well.' : WRONG,
    ].join('\n'),
  )
  if (!isWell) process.exitCode = 1
}

const WRONG =
  'Something is wrong. A content that is damaged or missing is served to nobody, and heals when the same file comes again; with a further store: onefold verify --repair. See "What looks after the store" in docs/operations.md.'

const isClean = (steps: readonly { problems: readonly string[] }[]) =>
  steps.every(({ problems }) => problems.length === 0)

async function runSweep(
  options: { grace?: number; abandoned?: number; emptyTrash?: boolean },
  command: Command,
): Promise<void> {
  const { sweep } = await import('../../core/upkeep/sweep.ts')
  const result = await withPorts((ports, config) =>
    sweep(ports, {
      graceMs: options.grace === undefined ? config.blob.graceMs : options.grace * HOUR_MS,
      trashMs: options.emptyTrash ? 0 : config.trash.days * DAY_MS,
      uploadMs:
        options.abandoned === undefined ? config.upload.abandonedMs : options.abandoned * HOUR_MS,
      endedUploadMs: config.upload.endedDays * DAY_MS,
    }),
  )
  print(command, result, () =>
    [
      `${result.uploadsExpired} abandoned uploads (${bytes(result.uploadBytesReclaimed)}),`,
      `${result.documentsPurged} documents of the trash and ${result.blobsReaped} unused contents`,
      `(${bytes(result.bytesReclaimed)}) removed.`,
    ].join(' '),
  )
}

async function runUsage(options: { measure?: boolean }, command: Command): Promise<void> {
  const { measureDisk, usage } = await import('../../core/upkeep/usage.ts')
  const result = await withPorts(async (ports) => ({
    ...(await usage(ports)),
    ...(options.measure && { measuredBytes: await measureDisk(ports) }),
  }))
  print(command, result, () => {
    const rows = [
      [
        'put in',
        bytes(result.logicalBytes),
        `${result.documents} documents, ${result.versions} versions`,
      ],
      ['stored', bytes(result.uniqueBytes), 'every content once'],
      ['saved', bytes(result.savedBytes), percent(result.savedBytes, result.logicalBytes)],
      ['derived', bytes(result.derivedBytes), 'text and pictures of pages'],
      ['waiting', bytes(result.reclaimableBytes), 'unused, until the grace ends'],
      ['swept', bytes(result.sweptBytes), 'arrived of abandoned uploads, and removed'],
      ['on disk', bytes(result.physicalBytes), `${result.blobs} blobs`],
    ]
    if (result.measuredBytes !== undefined) rows.push(['measured', bytes(result.measuredBytes), ''])
    return table(['', 'SIZE', ''], rows)
  })
}

const percent = (part: number, whole: number) =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`

function percentage(text: string): number {
  const value = Number(text)
  if (value >= 0 && value <= 100) return value
  throw new InvalidArgumentError('It must be a number from 0 to 100.')
}

function number(text: string): number {
  const value = Number(text)
  if (!(value >= 0)) throw new InvalidArgumentError('It must be a number, 0 or more.')
  return value
}
