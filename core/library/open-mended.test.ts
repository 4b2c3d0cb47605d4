import { rename, rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { copiesWorld, flipBit } from '../../tests/copies-world.ts'
import { resolveAccess } from '../access/access.ts'
import { newTraceId } from '../ids.ts'
import { newTurns } from '../ingest/turns.ts'
import type { Actor } from '../model/actor.ts'
import { verify } from '../upkeep/verify.ts'
import { openMended, type Wanted } from './open-mended.ts'

async function storedAndCopied() {
  const on = await copiesWorld()
  const { version, documentId } = await on.store('a plan, in full')
  await on.work()
  const turns = newTurns()
  const actor = (orgRole: Actor['orgRole']): Actor => ({
    userId: on.userId,
    username: 'ada',
    displayName: 'Ada',
    orgRole,
    scopes: ['read'],
    traceId: newTraceId(),
  })
  const read = async (wanted: Wanted, orgRole: Actor['orgRole'] = 'admin') => {
    const access = await resolveAccess(on.ports, actor(orgRole))
    const opened = await openMended(on.ports, access, { wanted, turns })
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.read()) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  return { on, version, documentId, read }
}

it('reads a file whose bytes are gone from the disk, and has them back', async () => {
  const { on, version, documentId, read } = await storedAndCopied()
  await rm(await on.pathOf(version.digest), { force: true })
  expect(await read({ documentId })).toBe('a plan, in full')
  await rename(on.folder, `${on.folder}-away`)
  expect(await read({ versionId: version.id })).toBe('a plan, in full')
})

it('reads a file that is known to be damaged, once for all who ask at once', async () => {
  const { on, version, read } = await storedAndCopied()
  await flipBit(await on.pathOf(version.digest))
  await verify(on.ports)
  const wanted = { versionId: version.id }
  expect(await Promise.all([read(wanted), read(wanted), read(wanted)])).toEqual(
    Array(3).fill('a plan, in full'),
  )
  expect((await verify(on.ports)).flatMap((step) => step.problems)).toEqual([])
})

it('says what is wrong when no store has it either', async () => {
  const { on, version, documentId, read } = await storedAndCopied()
  await rm(await on.pathOf(version.digest), { force: true })
  await rename(on.folder, `${on.folder}-away`)
  await expect(read({ documentId })).rejects.toMatchObject({ reason: 'BYTES_MISSING' })
  await expect(read({ documentId })).rejects.toMatchObject({ reason: 'BYTES_DAMAGED' })
})

it('fetches nothing for somebody who may not read the file', async () => {
  const { on, version, documentId, read } = await storedAndCopied()
  await rm(await on.pathOf(version.digest), { force: true })
  await expect(read({ documentId }, 'member')).rejects.toMatchObject({ code: 'not_found' })
  expect(await on.catalog.blobs.live(version.digest)).toBeDefined()
})
