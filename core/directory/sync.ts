import { AppError } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import type { Act, Changes, Directory, Ports, Vanishing } from '../ports/index.ts'
import { isAgreed, isTooMuch, vanishing } from './judge.ts'

export type SyncStores = Pick<Ports, 'catalog' | 'clock'> & { directory: Directory }

/** Somebody's yes to what was shown as vanishing. */
export type Agreement = Pick<Vanishing, 'people' | 'groups' | 'stripped' | 'members'>

/**
 * Takes over all that the directory shows, or nothing: when it does not answer, or not wholly, and when
 * too much would vanish without somebody's yes, everything known stays as it is.
 *
 * @throws AppError `unavailable` (reasons `DIRECTORY_…`), `conflict` (reason `DIRECTORY_VANISHING`),
 * both written down for administrators; `conflict` (reason `NO_SERVICE_ACCOUNT`)
 */
export async function syncDirectory(
  { catalog, clock, directory }: SyncStores,
  { by, agreed }: { by?: Act; agreed?: Agreement } = {},
): Promise<Changes> {
  if (directory.isAskedAsPeople) throw noServiceAccount()
  const { directories } = catalog
  const readAt = clock.now()
  try {
    const snapshot = await directory.snapshot()
    const shown = { ...snapshot, isWhole: true }
    const found = vanishing(await directories.known(directory.id), shown, readAt)
    if (isTooMuch(found, shown) && !(agreed && isAgreed(found, agreed))) throw tooMuch(found)
    const act = { traceId: newTraceId(), ...by, now: clock.now() }
    return await directories.apply(directory.id, shown, {
      ...act,
      readAt,
      graceMs: directory.graceMs,
    })
  } catch (cause) {
    await noteFailure({ catalog, clock, directory }, cause)
    throw cause
  }
}

/** Nobody may look at all of the directory. */
export const noServiceAccount = () =>
  new AppError(
    'conflict',
    'Without a service account (ldap_bind_dn) the directory is never looked at as a whole: people are known once they sign in.',
    { reason: 'NO_SERVICE_ACCOUNT' },
  )

async function noteFailure(
  { catalog, clock, directory }: SyncStores,
  cause: unknown,
): Promise<void> {
  if (!(cause instanceof AppError) || cause.reason === undefined) return
  const stopped = cause.detail?.['vanishing'] as Vanishing | undefined
  await catalog.directories.noteFailure(directory.id, {
    at: clock.now(),
    traceId: newTraceId(),
    reason: cause.reason,
    message: cause.message,
    ...(stopped && { stopped }),
  })
}

const tooMuch = (found: Vanishing) =>
  new AppError(
    'conflict',
    `${found.people} of ${found.ofPeople} people and ${found.groups} of ${found.ofGroups} groups would vanish, ${found.stripped} people be left in no group, and ${found.shrinking.length} groups lose ${found.members} members who are there. Nothing was changed. Agree to it if that is what happened in the directory.`,
    { reason: 'DIRECTORY_VANISHING', detail: { vanishing: found } },
  )
