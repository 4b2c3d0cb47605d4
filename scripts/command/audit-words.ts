import type { Misfit, Verdict } from '../../core/audit/verify.ts'
import { time } from './output.ts'

const WHAT: Record<Misfit, string> = {
  edited: 'was changed, or was not written by this box',
  removed: 'is gone, perhaps with others after it',
  reordered: 'is not where it was written',
  added: 'was put in between afterwards',
  truncated: 'and all after it are gone: a head that was kept tells of later ones',
  rewritten: 'is not the one that a head tells of: the log was written anew from before here on',
  unknown_key: 'belongs to a chain whose key is not in the file given by --key',
  unsealed: 'has no seal',
}

/** A verdict in words, with the next step. */
export function said(verdict: Verdict & { isKeyed: boolean; isSelection?: boolean }): string {
  const { entries, until, heads, head, problem, isKeyed, isSelection } = verdict
  const reach = until ? `, until entry ${until.id} of ${time(until.at)}` : ''
  const lines = [`${entries} entries fit${reach}; ${heads} heads compared.`]
  if (problem) {
    const at = problem.at ? ` (its time says ${time(problem.at)})` : ''
    lines.push(`NOT SOUND: entry ${problem.id}${at} ${WHAT[problem.kind]}.`)
    if (entries === 0 && isKeyed && problem.kind === 'edited') lines.push(OTHER_KEY)
    return lines.join('\n')
  }
  lines.push(isSelection ? SELECTION : 'All is well.')
  if (!isKeyed) lines.push(LINKS)
  if (head) lines.push(`Head: ${head}`)
  return lines.join('\n')
}

const OTHER_KEY = 'Not even the first entry fits: the file may be of another box, or begin late.'
const SELECTION =
  'Each of these entries is as it was written. Whether others are missing, a selection cannot tell.'
const LINKS =
  'Checked by links alone: who can write the catalog could have made them anew since the last head that he cannot reach. For certainty: --key.'
