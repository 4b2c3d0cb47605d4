import { createHash, createHmac, randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { memoryBlobStore } from '../adapters/memory/blob-store.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { type Access, resolveAccess } from '../core/access/access.ts'
import { type Digest, parseDigest } from '../core/digest.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { ingestFile } from '../core/ingest/ingest-file.ts'
import { requestUpload } from '../core/ingest/request-upload.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import type { Actor } from '../core/model/actor.ts'
import type { Ports, UploadRow } from '../core/ports/index.ts'
import { challengesFor } from '../core/possession/challenges-for.ts'
import { type Challenge, coverRanges, proofHead } from '../core/possession/proof.ts'
import { DEFAULT_PROOF_LIMITS, proveUpload } from '../core/possession/prove-upload.ts'
import { rangesOf } from '../core/possession/ranges.ts'
import { setUploadMode } from '../core/possession/upload-mode.ts'
import { threadVerifier, type Verifier } from '../core/possession/verifier.ts'
import { once } from './library-box.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

/** Slow on paper: no proof of a test is ever late, however busy the machine. */
const SLOW = 1_000

/** A clock that lets nobody wait: what was slept is over only when a test says so. */
export interface ProofClock extends ManualClock {
  /** Milliseconds of the sleeps that were begun, in order. */
  slept: number[]
  /** Lets the time pass that was slept; the wall clock stays. */
  wake(): void
}

export function proofClock(): ProofClock {
  const clock = manualClock()
  const slept: number[] = []
  let steady = 0
  return {
    ...clock,
    slept,
    monotonic: () => clock.monotonic() + steady,
    async sleep(ms) {
      slept.push(ms)
    },
    wake() {
      steady += slept.reduce((sum, ms) => sum + ms, 0)
    },
  }
}

export const digestOf = (bytes: Uint8Array): Digest => {
  const digest = parseDigest(createHash('sha256').update(bytes).digest('hex'))
  if (!digest) throw new Error('no digest')
  return digest
}

/** What a holder of `bytes` answers. */
export function proofOf(challenge: Challenge, upload: UploadRow, bytes: Uint8Array): Uint8Array {
  const { id: uploadId, declaredDigest: digest, declaredSize: sizeBytes } = upload
  if (!digest) throw new Error('an upload without a digest')
  const mac = createHmac('sha256', challenge.nonce)
  mac.update(proofHead(challenge, { uploadId, digest, sizeBytes }))
  const read = (into: Uint8Array, length: number, at: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).copy(into, 0, at, at + length)
  coverRanges(mac, rangesOf(challenge, sizeBytes), { read, isOver: () => false })
  return mac.digest()
}

/** An organization in instant mode; each account has a book that nobody else can see. */
export async function possessionBox(clock = proofClock()) {
  const catalog = sqlCatalog(await migratedCatalog(await temporaryFolder()), testKeys)
  onTestFinished(() => catalog.close())
  const ignore = () => {}
  const log: Ports['log'] = { info: ignore, warn: ignore, error: ignore, child: () => log }
  const blobs = memoryBlobStore()
  const opened: string[] = []
  const watched: Ports['blobs'] = {
    ...blobs,
    open(path) {
      opened.push(path)
      return blobs.open(path)
    },
  }
  const ports = { catalog, clock, blobs: watched, keys: testKeys, log }
  const verifier = threadVerifier(clock, SLOW)
  onTestFinished(() => verifier.close())

  const person = async (name: string) => {
    const named = { username: name, displayName: name, orgRole: 'member' as const }
    const { id } = await catalog.people.createUser({ id: newId(), ...named, createdAt: 0 })
    const book = await catalog.library.createBook({ id: newId(), name, createdAt: 0 })
    const chapter = { id: newId(), bookId: book.id, name: 'Files', createdAt: 0 }
    await catalog.library.createChapter(chapter)
    const grant = { id: newId(), bookId: book.id, userId: id, createdAt: 0 }
    await catalog.library.putGrant({ ...grant, role: 'contributor' })
    const access = await resolveAccess(ports, actorOf(id))
    return {
      id,
      access,
      bookId: book.id,
      chapterId: chapter.id,
      credentialId: `session of ${name}`,
    }
  }
  type Person = Awaited<ReturnType<typeof person>>

  const hold = async ({ access, chapterId }: Person, bytes: Uint8Array) => {
    const file = { source: once(bytes), name: `${newId()}.bin`, chapterId, door: 'web' as const }
    const committed = await ingestFile(ports, access, file)
    await settleArrivals(ports)
    return committed
  }

  const admin = actorOf(newId(), 'admin')
  await setUploadMode(ports, admin, 'instant')
  return {
    ports,
    verifier,
    admin,
    person,
    hold,

    /** Paths of contents that were opened to check a proof. */
    opened,

    /** A content that as many others hold as it needs to be offered, or that many more or fewer. */
    async popular(more = 0, bytes: Uint8Array = randomBytes(2 ** 20)) {
      const holders: Person[] = []
      const count = testKeys.threshold(testKeys.tag(digestOf(bytes))) + more
      for (let i = 0; i < count; i++) {
        const holder = await person(`holder ${newId()}`)
        await hold(holder, bytes)
        holders.push(holder)
      }
      return { bytes, holders }
    },

    /** Asks for an upload of a file, as the page does. */
    async request(who: Person, { digest, sizeBytes }: { digest: Digest; sizeBytes: number }) {
      const wish = { name: `${newId()}.bin`, digest, sizeBytes, chapterId: who.chapterId }
      const { upload } = await requestUpload(ports, who.access, wish)
      const by = { userId: who.id, credentialId: who.credentialId }
      const challenge = (await challengesFor(ports, by, [upload])).get(upload.id)
      if (!challenge) throw new Error('no challenge')
      return { upload, challenge }
    },

    async prove(
      who: { access: Access; credentialId: string },
      { upload, challenge, proof }: { upload: UploadRow; challenge: Challenge; proof: Uint8Array },
      given: {
        ports?: Omit<typeof ports, 'clock'> & Pick<Ports, 'clock'>
        verifier?: Verifier
        alarmUploads?: number
      } = {},
    ) {
      const answer = { uploadId: upload.id, challengeId: challenge.id, proof }
      const { credentialId } = who
      const limits = { ...DEFAULT_PROOF_LIMITS, alarmUploads: given.alarmUploads ?? 200 }
      const setting = { verifier: given.verifier ?? verifier, credentialId, limits }
      try {
        return await proveUpload(given.ports ?? ports, who.access, answer, setting)
      } finally {
        clock.wake()
      }
    },
  }
}

export type PossessionBox = Awaited<ReturnType<typeof possessionBox>>

const actorOf = (userId: string, orgRole: Actor['orgRole'] = 'member'): Actor => ({
  userId,
  username: userId,
  displayName: userId,
  orgRole,
  scopes: ['read', 'write', 'admin'],
  traceId: newTraceId(),
})
