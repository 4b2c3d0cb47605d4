import { answer, api } from '../../../api.ts'
import type { Share } from '../../../api-types.ts'

/** What the form of a watched folder holds, as it is typed. */
export interface Values {
  name: string
  path: string
  chapter_id: string
  mode: Share['mode']
  mapping: Share['mapping']
  owner_id: string
  include: string
  exclude: string
  on_conflict: 'chapter' | 'version' | 'keep_both'
  every_min: number | ''
  scan_from: string
  scan_to: string
  settle_s: number
  expand_archives: boolean
}

export const valuesOf = (share: Share | undefined): Values => ({
  name: share?.name ?? '',
  path: share?.path ?? '',
  chapter_id: share?.chapter_id ?? '',
  mode: share?.mode ?? 'mirror',
  mapping: share?.mapping ?? 'folders',
  owner_id: share?.owner_id ?? '',
  include: share?.include.join('\n') ?? '',
  exclude: share?.exclude.join('\n') ?? '',
  on_conflict: share?.on_conflict ?? 'chapter',
  every_min: share?.scan_every_ms ? share.scan_every_ms / 60_000 : '',
  scan_from: share?.scan_from ?? '',
  scan_to: share?.scan_to ?? '',
  settle_s: (share?.settle_ms ?? 2000) / 1000,
  expand_archives: share?.expand_archives ?? false,
})

/** One pattern a line. */
export const patternsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** Whether a window has both its ends, or none. */
export const isWindow = ({ scan_from: from, scan_to: to }: Values): boolean => {
  const ends = [from.trim(), to.trim()]
  return (
    ends.every((end) => end === '') || ends.every((end) => /^([01]\d|2[0-3]):[0-5]\d$/.test(end))
  )
}

/** Makes a share, or changes the one that is given. */
export function saveShare(share: Share | undefined, values: Values) {
  const name = values.name.trim()
  const from = values.scan_from.trim()
  const body = {
    ...(name && { name }),
    ...(values.owner_id && { owner_id: values.owner_id }),
    chapter_id: values.chapter_id,
    mode: values.mode,
    mapping: values.mapping,
    include: patternsOf(values.include),
    exclude: patternsOf(values.exclude),
    on_conflict: values.on_conflict === 'chapter' ? null : values.on_conflict,
    scan_every_ms: values.every_min === '' ? null : Math.round(values.every_min * 60_000),
    scan_from: from === '' ? null : from,
    scan_to: from === '' ? null : values.scan_to.trim(),
    settle_ms: Math.round(Number(values.settle_s) * 1000),
    expand_archives: values.expand_archives,
  }
  return share
    ? answer(api.PATCH('/api/v1/shares/{id}', { params: { path: { id: share.id } }, body }))
    : answer(api.POST('/api/v1/shares', { body: { ...body, path: values.path.trim() } }))
}
