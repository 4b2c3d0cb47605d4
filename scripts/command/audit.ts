import { createWriteStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { loadConfig } from '../../config/load.ts'
import { openAudit } from '../../config/wire.ts'
import { keysIn, keyText } from '../../core/audit/key.ts'
import { headsIn, headText } from '../../core/audit/seal.ts'
import type { Verdict } from '../../core/audit/verify.ts'
import { AppError } from '../../core/errors.ts'
import type { AuditFilter } from '../../core/ports/index.ts'
import { operator } from '../operator.ts'
import { said } from './audit-words.ts'
import { print } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('The chain of who did what.')
  audit
    .command('verify')
    .description('Verify the audit: of this box, running or stopped, or of an exported file alone.')
    .option('--export <file>', 'an exported file, on any machine; needs --key')
    .option(
      '--key <file>',
      'what "onefold audit key" once gave; without it, only links are checked',
    )
    .option('--head <file>', 'heads from elsewhere: a file of them, or lines of the journal')
    .action(verify)
  audit
    .command('export')
    .description('Write the audit with its proof, oldest first.')
    .option('--out <file>', 'into a file, instead of standard output')
    .option('--csv', 'for tables, without proof')
    .option('--user <id>', 'of this account')
    .option('--action <name>', 'such as document.read, or document for all of them')
    .option('--subject <name>', 'a kind, kind:id, or a part of a name')
    .option('--from <time>', 'from this moment, such as 2026-11-01', time)
    .option('--to <time>', 'before this moment', time)
    .action(write)
  audit.command('head').description('Print where the chain is now: keep it elsewhere.').action(head)
  audit
    .command('key')
    .description('Hand over the key that verifies, once: keep it off the box.')
    .option('--out <file>', 'into a new file, instead of standard output')
    .option('--new', 'begin a new chain, as the key of this one is lost')
    .action(key)
}

interface Given {
  export?: string
  key?: string
  head?: string
}

async function verify(given: Given, command: Command): Promise<void> {
  const keys = given.key === undefined ? undefined : keysIn(await readFile(given.key, 'utf8'))
  if (keys?.size === 0) throw new AppError('bad_request', `There is no key in ${given.key}.`)
  const heads = given.head === undefined ? [] : headsIn(await readFile(given.head, 'utf8'))
  if (given.head !== undefined && heads.length === 0) {
    throw new AppError('bad_request', `There is no head in ${given.head}.`)
  }
  const verdict = await verdictOn(given.export, { heads, ...(keys && { keys }) })
  print(command, verdict, () => said(verdict))
  if (!verdict.isSound) process.exitCode = 1
}

async function verdictOn(
  file: string | undefined,
  { keys, heads }: { keys?: Map<string, Buffer>; heads: ReturnType<typeof headsIn> },
): Promise<Verdict & { isKeyed: boolean; isSelection?: boolean }> {
  if (file === undefined) {
    const { verifyBox } = await import('../../core/audit/verify-box.ts')
    const audit = openAudit(loadConfig())
    return verifyBox(audit, audit, { heads, ...(keys && { keys }) }).finally(audit.close)
  }
  if (!keys) throw new AppError('bad_request', 'An exported file needs --key to be verified.')
  const { verifyExport } = await import('../../core/audit/verify-export.ts')
  const input = (await open(file)).createReadStream()
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  return { ...(await verifyExport(lines, keys, heads)), isKeyed: true }
}

type Wish = { out?: string; csv?: boolean } & Pick<
  AuditFilter,
  'action' | 'subject' | 'from' | 'to'
> & {
    user?: string
  }

async function write({ out, csv, user, ...filter }: Wish): Promise<void> {
  const { exportAudit } = await import('../../core/audit/write-export.ts')
  await withPorts(async (ports) => {
    const { actor } = await operator(ports)
    const pieces = await exportAudit(ports, actor, {
      format: csv ? 'csv' : 'jsonl',
      filter: { ...filter, ...(user !== undefined && { userId: user }) },
    })
    if (out === undefined) for await (const piece of pieces) process.stdout.write(piece)
    else await pipeline(Readable.from(pieces), createWriteStream(out, { mode: 0o600, flush: true }))
  })
}

async function head(_options: object, command: Command): Promise<void> {
  const audit = openAudit(loadConfig())
  const found = await audit.auditHead().finally(audit.close)
  const value = { head: found ? headText(found) : null }
  print(command, value, () => value.head ?? 'There is no entry yet.')
}

async function key(given: { out?: string; new?: boolean }, command: Command): Promise<void> {
  const text = await withPorts(async (ports, _config, { ring }) => {
    const { actor } = await operator(ports)
    if (given.new) ring.renew()
    const first = ring.firstKey()
    if (!first) throw taken()
    const [written, action] = [keyText(first), given.new ? 'audit.renew' : 'audit.key']
    if (given.out !== undefined) await keep(given.out, written)
    const { actBy } = await import('../../core/account/act.ts')
    const { now, ...by } = actBy(ports, actor)
    const chain = written.split('.')[1]
    const entry = { ...by, at: now, action, subject: 'audit', detail: { chain } }
    await ports.catalog.journal.audit(entry)
    // Said before it goes: what no terminal took is still there.
    if (given.out === undefined) print(command, { key: written }, () => `${written}\n${KEEP}`)
    ring.forgetFirst()
    return written
  })
  if (given.out !== undefined) print(command, { chain: text.split('.')[1] }, () => KEEP)
}

/** Never over a file that is there. */
async function keep(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${text}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

const KEEP =
  'Keep this key away from the box: whoever has both can rewrite the audit. It is not shown again.'

const taken = () =>
  new AppError(
    'not_found',
    'The key was taken away already. If it is lost: onefold audit key --new begins a new chain; what was before is verified by its links and heads alone.',
  )

function time(text: string): number {
  const at = Date.parse(text)
  if (Number.isFinite(at)) return at
  throw new InvalidArgumentError('It must be a time, such as 2026-11-01 or 2026-11-01T08:00Z.')
}
