import { type DirectoryHealth, directoryHealth } from '../core/directory/health.ts'
import type { Ports } from '../core/ports/index.ts'
import type { Check } from './store-checks.ts'

type Asked = Pick<Ports, 'catalog'> & Partial<Pick<Ports, 'clock' | 'directory'>>

/** How it goes with the directory; nothing where there is none. */
export async function directoryChecks({ catalog, clock, directory }: Asked): Promise<Check[]> {
  if (!directory || !clock) return []
  const health = await directoryHealth({ catalog, clock, directory })
  if (!health) return []
  const { state } = health
  const ok = state === 'well' || state === 'new' || state === 'late'
  return [{ name: 'directory', ok, warns: ok && state !== 'well', message: messageOf(health) }]
}

function messageOf({ state, message, stopped, ...at }: DirectoryHealth): string {
  if (state === 'well') return 'ok'
  if (state === 'new') return message ?? 'It was not looked at yet.'
  const since = `Last taken over whole: ${at.syncedAt === undefined ? 'never' : when(at.syncedAt)}.`
  const grace = at.graceEndsAt === undefined ? '' : ` ${graceOf(state, at.graceEndsAt)}`
  if (stopped && state === 'stopped') {
    const { people, ofPeople, groups, ofGroups, stripped, shrinking } = stopped
    return `Held back: ${people} of ${ofPeople} people and ${groups} of ${ofGroups} groups would vanish, ${stripped} people be left in no group, ${shrinking.length} groups lose many members. ${since}${grace}`
  }
  return `${message ? `${message} ` : ''}${since}${grace}`
}

const graceOf = (state: DirectoryHealth['state'], at: number) =>
  state === 'over'
    ? `Its people wait for it since ${when(at)}.`
    : `Its people go on until ${when(at)}.`

const when = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
