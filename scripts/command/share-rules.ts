import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import type { Ports } from '../../core/ports/index.ts'
import { minuteOf } from '../../core/share/scan-window.ts'
import type { ShareRules } from '../../core/share/share-rules.ts'
import { userNamed } from './named.ts'

/** What may be said of how a share is taken in, as it is typed. */
export interface RuleFlags {
  mode?: string
  map?: string
  owner?: string
  include?: string[]
  exclude?: string[]
  onConflict?: string
  every?: string
  between?: string
  expandArchives?: string
}

/** Adds the flags that `add` and `change` have in common. */
export const withRuleFlags = (command: Command): Command =>
  command
    .option('--mode <mode>', 'mirror: files stay (default); inbox: moved to "done" once stored')
    .option('--map <rule>', 'folders (default); chapters: each folder at the top is a chapter')
    .option('--owner <account>', 'in whose name files arrive and chapters are made')
    .option('--include <patterns...>', 'what to take at all, such as "*.pdf"; "" takes everything')
    .option('--exclude <patterns...>', 'what to leave out, such as "**/*.bak"')
    .option('--on-conflict <answer>', 'version, keep_both, or chapter: as its chapter does')
    .option('--every <minutes>', 'longest time between whole scans; 0: as configured')
    .option('--between <times>', 'when whole scans may begin, such as 20:00-06:00; "" at any time')
    .option('--expand-archives <yes|no>', 'make files in archives documents of their own')

/** @throws AppError `bad_request` (reason `OPTION`) for what is no answer, `not_found` for an owner */
export async function rulesOfFlags(
  ports: Pick<Ports, 'catalog'>,
  flags: RuleFlags,
): Promise<ShareRules> {
  const { owner, include, exclude, every, between } = flags
  const mode = oneOf('mode', flags.mode, ['mirror', 'inbox'])
  const mapping = oneOf('map', flags.map, ['folders', 'chapters'])
  const answer = oneOf('on-conflict', flags.onConflict, ['version', 'keep_both', 'chapter'])
  const expand = oneOf('expand-archives', flags.expandArchives, ['yes', 'no'])
  return {
    ...(mode && { mode }),
    ...(mapping && { mapping }),
    ...(owner && { ownerId: (await userNamed(ports, owner)).id }),
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(answer && { onConflict: answer === 'chapter' ? null : answer }),
    ...(every !== undefined && { scanEveryMs: intervalOf(every) }),
    ...(between !== undefined && { scanWindow: windowOf(between) }),
    ...(expand && { expandArchives: expand === 'yes' }),
  }
}

function oneOf<const T extends string>(
  flag: string,
  given: string | undefined,
  answers: readonly T[],
): T | undefined {
  if (given === undefined) return undefined
  const found = answers.find((answer) => answer === given)
  return found ?? refuse(`--${flag} is one of ${answers.join(', ')}.`)
}

function intervalOf(text: string): number | null {
  const minutes = Number(text)
  if (!Number.isFinite(minutes) || minutes < 0) return refuse('--every is a number of minutes.')
  return minutes === 0 ? null : Math.max(1_000, Math.round(minutes * 60_000))
}

function windowOf(text: string) {
  if (text.trim() === '') return null
  const [from, to] = text.split('-').map(minuteOf)
  if (from === undefined || to === undefined) {
    return refuse('--between is two times of day, such as 20:00-06:00.')
  }
  return { from, to }
}

function refuse(message: string): never {
  throw new AppError('bad_request', message, { reason: 'OPTION' })
}
