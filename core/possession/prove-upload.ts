import { timingSafeEqual } from 'node:crypto'
import { type Access, requireChapter } from '../access/access.ts'
import { AppError, codeOf } from '../errors.ts'
import { ownUpload } from '../ingest/own-upload.ts'
import { versionOfUpload } from '../ingest/version-of-upload.ts'
import { isForcedStrict, type ProberLimits } from '../limit/prober.ts'
import type { IssuedChallenge, Ports, ProofLimits, UploadRow } from '../ports/index.ts'
import { holderOf, proofHead } from './proof.ts'
import { uploadMode } from './upload-mode.ts'
import type { Slot, Verifier } from './verifier.ts'

export const DEFAULT_PROOF_LIMITS: ProofLimits = { answersPerHour: 60, refusalsPerHour: 10 }

/** What came for a challenge. */
export interface ProofAnswer {
  uploadId: string
  challengeId: string
  /** 32 bytes. */
  proof: Uint8Array
}

type ProofPorts = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'keys' | 'log'>

interface Setting {
  verifier: Verifier
  /** Row of the session or token that asks. */
  credentialId: string
  limits: ProofLimits & Pick<ProberLimits, 'alarmUploads'>
}

/** A proof that holds, for a content that may be claimed by one. */
interface Proven {
  challengeId: string
  blobId: number
  leastHolders: number
}

/**
 * Completes an upload without its bytes, for whoever proves to have them, when enough others hold the
 * content too. Anybody else gets the upload as it was, at the same moment, whatever the reason: the
 * time of the answer is set before anything is looked at.
 *
 * @returns the upload: complete, or still waiting for its bytes at the address it has
 * @throws AppError `not_found` for an upload that is not the caller's, `rate_limited` (reason
 * `PROOFS`), and what completing an upload throws
 */
export async function proveUpload(
  ports: ProofPorts,
  access: Access,
  answer: ProofAnswer,
  setting: Setting,
): Promise<UploadRow> {
  const { clock } = ports
  const upload = await ownUpload(ports, access, answer.uploadId)
  if (upload.status === 'UPLOAD_COMPLETE') return upload
  requireChapter(access, upload.chapterId, 'contributor')
  const slot = await setting.verifier.reserve(upload.declaredSize)
  const replyAt = clock.monotonic() + slot.replyInMs
  const reply = clock.sleep(slot.replyInMs)
  const judged = await orRefused(ports, upload, () =>
    judge(ports, { upload, answer, slot, replyAt }, setting),
  )
  const isLate = clock.monotonic() >= replyAt
  await reply
  if (judged instanceof AppError) throw judged
  if (!judged || isLate) return upload
  return (await claim(ports, upload, judged)) ?? upload
}

/** What goes wrong here must not be heard sooner or later than a refusal. */
async function orRefused<T>(
  { log }: Pick<Ports, 'log'>,
  { traceId }: UploadRow,
  work: () => Promise<T>,
): Promise<T | AppError | undefined> {
  try {
    return await work()
  } catch (err) {
    if (err instanceof AppError && err.code === 'rate_limited') return err
    // The error itself may name the content's file, and that the content's digest.
    const code = codeOf(err)
    log.error('A proof could not be checked; the file is asked for.', { code, trace_id: traceId })
    return undefined
  }
}

interface Case {
  upload: UploadRow
  answer: ProofAnswer
  slot: Slot
  /** By the monotonic clock. */
  replyAt: number
}

async function judge(
  ports: ProofPorts,
  given: Case,
  setting: Setting,
): Promise<Proven | undefined> {
  const { catalog, clock, keys } = ports
  const { upload, answer, slot } = given
  const { userId } = upload
  const holder = holderOf(userId, setting.credentialId)
  const challenge = await catalog.possession.redeem(
    { id: answer.challengeId, uploadId: upload.id, userId, holder },
    setting.limits,
    clock.now(),
  )
  const { declaredDigest, declaredSize } = upload
  const isOpen = upload.status === 'UPLOAD_URL_GENERATED'
  if (!challenge || !slot.mayRead || !isOpen || !declaredDigest) return undefined
  if ((await uploadMode(ports)) === 'strict') return undefined
  // A rule that came meanwhile wants to see the bytes.
  if ((await catalog.library.rulesOf(upload.chapterId)).typeRule) return undefined
  if (await isForcedStrict(ports, userId, setting.limits)) return undefined
  const tag = keys.tag(declaredDigest)
  const leastHolders = keys.threshold(tag)
  const offer = await catalog.possession.offer({ tag, sizeBytes: declaredSize }, userId)
  if (!offer || offer.holders < leastHolders) return undefined
  if (!(await isProof(ports, { ...given, challenge, path: offer.path }, setting))) return undefined
  return { challengeId: challenge.id, blobId: offer.blobId, leastHolders }
}

async function isProof(
  { blobs, clock }: Pick<Ports, 'blobs' | 'clock'>,
  { upload, answer, replyAt, challenge, path }: Case & { challenge: IssuedChallenge; path: string },
  { verifier }: Pick<Setting, 'verifier'>,
): Promise<boolean> {
  const { id: uploadId, declaredDigest: digest, declaredSize: sizeBytes } = upload
  if (!digest || answer.proof.byteLength !== 32) return false
  const file = await blobs.open(path)
  try {
    const { kind, seed, nonce } = challenge
    const head = proofHead(challenge, { uploadId, digest, sizeBytes })
    const order = { fd: file.fd, sizeBytes, kind, seed, nonce, head }
    const expected = await verifier.proof(order, replyAt - clock.monotonic())
    return expected !== undefined && timingSafeEqual(expected, answer.proof)
  } finally {
    await file.close()
  }
}

/** Undefined when it is not to be had any more: the time in between was long enough for that. */
async function claim(
  { blobs, catalog, clock }: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  upload: UploadRow,
  proven: Proven,
): Promise<UploadRow | undefined> {
  const { declaredDigest: digest, declaredSize: sizeBytes } = upload
  if (!digest) return undefined
  const pointer = versionOfUpload(upload, { digest, sizeBytes }, clock.now())
  if (!(await catalog.possession.claim(pointer, proven))) return undefined
  // Parts may have been on their way already.
  await blobs.discardStaged(upload.id)
  return catalog.uploads.get(upload.userId, upload.id)
}
