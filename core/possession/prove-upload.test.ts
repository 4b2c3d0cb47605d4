import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { digestOf, type PossessionBox, possessionBox, proofOf } from '../../tests/possession-box.ts'
import { actBy } from '../account/act.ts'
import { newId } from '../ids.ts'
import type { Possession } from '../ports/index.ts'
import { challengesFor } from './challenges-for.ts'
import { markPrivate } from './privacy.ts'
import { setUploadMode } from './upload-mode.ts'
import type { Verifier } from './verifier.ts'

const MIB = 2 ** 20
const MINUTE = 60_000

/** Somebody new, who asks to upload a file that many hold. */
async function asked(box: PossessionBox, bytes: Uint8Array) {
  const who = await box.person(`p${newId()}`)
  const order = await box.request(who, { digest: digestOf(bytes), sizeBytes: bytes.byteLength })
  return { who, ...order, proof: proofOf(order.challenge, order.upload, bytes) }
}

const flipped = (bytes: Uint8Array) => {
  const copy = Buffer.from(bytes)
  copy[700_000] = (copy[700_000] ?? 0) ^ 1
  return copy
}

const STATUS = { complete: 'UPLOAD_COMPLETE', asked: 'UPLOAD_URL_GENERATED' }

it('A6 pop-negative-suite: only the holder that was asked passes, once, in time', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const results: Record<string, string> = {}
  /** Whether the content was looked into for it. */
  const read: Record<string, boolean> = {}
  const prove = async (name: string, ...given: Parameters<typeof box.prove>) => {
    const before = box.opened.length
    results[name] = (await box.prove(...given)).status
    read[name] = box.opened.length > before
  }

  const owner = await asked(box, bytes)
  await prove('owner', owner.who, owner)

  const wrong = await asked(box, bytes)
  const broken = { ...wrong, proof: proofOf(wrong.challenge, wrong.upload, flipped(bytes)) }
  await prove('one bit flipped', wrong.who, broken)
  await prove('replay of a used challenge', wrong.who, wrong)

  const other = await asked(box, bytes)
  const session = { ...other.who, credentialId: 'another session' }
  await prove('other session', session, other)
  const stranger = await asked(box, bytes)
  const foreign = { ...stranger, proof: proofOf(other.challenge, stranger.upload, bytes) }
  await prove('proof made for another user', stranger.who, foreign)

  const late = await asked(box, bytes)
  box.ports.clock.advance(2 * MINUTE)
  await prove('expired', late.who, late)

  const few = await box.popular(-1)
  const rare = await asked(box, few.bytes)
  await prove('held by too few', rare.who, rare)

  const guess = await asked(box, bytes)
  await prove('random', guess.who, { ...guess, proof: randomBytes(32) })

  const { owner: passed, ...refused } = results
  const readFor = Object.keys(read).filter((name) => read[name])
  console.info(`A6 pop-negative-suite: ${Object.keys(refused).length} of 7 refused`)
  expect(passed).toBe(STATUS.complete)
  expect(Object.keys(refused)).toHaveLength(7)
  expect(new Set(Object.values(refused))).toEqual(new Set([STATUS.asked]))
  expect(readFor).toEqual(['owner', 'one bit flipped', 'proof made for another user', 'random'])
})

it('makes the pointer that completing would have made, and sends nobody else a byte', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const before = await box.ports.catalog.blobs.usage()
  const order = await asked(box, bytes)
  const done = await box.prove(order.who, order)
  const version = await box.ports.catalog.library.version('all', done.versionId ?? '')
  const after = await box.ports.catalog.blobs.usage()
  expect(version).toMatchObject({ digest: digestOf(bytes), createdBy: order.who.id })
  expect(after.blobs).toBe(before.blobs)
  expect(after.logicalBytes).toBe(before.logicalBytes + bytes.byteLength)
  expect(await box.prove(order.who, order)).toEqual(done)
})

it('waits for its turn like any other second pointer', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const sender = await box.person('sender')
  const sent = await box.hold(sender, bytes)
  const order = await asked(box, bytes)
  const proved = await box.prove(order.who, order)
  const stateOf = async (id: string) => (await box.ports.catalog.jobs.job('all', id))?.state
  expect(await stateOf(proved.jobId ?? '')).toBe(await stateOf(sent.jobId))
})

it('refuses what could not be checked in time', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const order = await asked(box, bytes)
  const slow: Verifier = {
    ...box.verifier,
    async proof(...given) {
      const proof = await box.verifier.proof(...given)
      box.ports.clock.wake()
      return proof
    },
  }
  expect((await box.prove(order.who, order, { verifier: slow })).status).toBe(STATUS.asked)
  expect(box.opened).toHaveLength(1)
})

it('reads nothing for who is turned away by the line or the budget', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const order = await asked(box, bytes)
  const full: Verifier = {
    ...box.verifier,
    reserve: async () => ({ replyInMs: 100, mayRead: false }),
  }
  expect((await box.prove(order.who, order, { verifier: full })).status).toBe(STATUS.asked)
  expect(box.opened).toEqual([])
})

it('has nothing instant for an account that asks and never sends', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const order = await asked(box, bytes)
  const alarmed = await box.prove(order.who, order, { alarmUploads: -1 })
  expect(alarmed.status).toBe(STATUS.asked)
  expect(box.opened).toEqual([])
})

it('A8 pop-refusal-timing: the answer is due before anything is looked at, and then only', async () => {
  const box = await possessionBox()
  const known = await box.popular()
  const rare = await box.popular(-1)
  const deadlines: Record<string, number> = {}
  const ask = async (name: string, bytes: Uint8Array) => {
    const who = await box.person(name)
    const order = await box.request(who, { digest: digestOf(bytes), sizeBytes: bytes.byteLength })
    const seen: string[] = []
    const due = Promise.withResolvers<void>()
    const clock = {
      ...box.ports.clock,
      sleep(ms: number) {
        seen.push('armed')
        deadlines[name] = ms
        return due.promise
      },
    }
    const looked = Promise.withResolvers<void>()
    const possession = {
      ...box.ports.catalog.possession,
      async redeem(...given: Parameters<Possession['redeem']>) {
        seen.push('looked')
        looked.resolve()
        return box.ports.catalog.possession.redeem(...given)
      },
    }
    const ports = { ...box.ports, clock, catalog: { ...box.ports.catalog, possession } }
    const answer = box.prove(who, { ...order, proof: randomBytes(32) }, { ports })
    void answer.then(() => seen.push('answered'))
    await looked.promise
    // More turns than any refusal needs.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    seen.push('due')
    due.resolve()
    await answer
    box.ports.clock.advance(deadlines[name] ?? 0)
    expect(seen).toEqual(['armed', 'looked', 'due', 'answered'])
  }
  await ask('unknown', randomBytes(MIB))
  await ask('hash only', known.bytes)
  await ask('ineligible', rare.bytes)
  console.info('A8 pop-refusal-timing: deadlines', deadlines)
  expect(new Set(Object.values(deadlines)).size).toBe(1)
  expect(box.opened).toHaveLength(1)
})

it('offers nothing that lies in a private book, not even in its trash', async () => {
  const box = await possessionBox()
  const { bytes, holders } = await box.popular()
  const [keeper] = holders
  if (!keeper) throw new Error('nobody holds it')
  await markPrivate(box.ports, box.admin, { id: keeper.bookId, isPrivate: true })
  const order = await asked(box, bytes)
  expect((await box.prove(order.who, order)).status).toBe(STATUS.asked)
  await markPrivate(box.ports, box.admin, { id: keeper.bookId, isPrivate: false })
  const again = await asked(box, bytes)
  expect((await box.prove(again.who, again)).status).toBe(STATUS.complete)
})

it('counts neither the caller nor what lies in the trash as a holder', async () => {
  const box = await possessionBox()
  const bytes = randomBytes(MIB)
  await box.popular(-1, bytes)
  const last = await box.person('last')
  const { documentId } = await box.hold(last, bytes)
  const own = await box.request(last, { digest: digestOf(bytes), sizeBytes: MIB })
  const ownProof = { ...own, proof: proofOf(own.challenge, own.upload, bytes) }
  expect((await box.prove(last, ownProof)).status).toBe(STATUS.asked)
  const act = actBy(box.ports, last.access.actor)
  await box.ports.catalog.library.trash('all', documentId, act)
  const order = await asked(box, bytes)
  expect((await box.prove(order.who, order)).status).toBe(STATUS.asked)
  await box.hold(last, bytes)
  const enough = await asked(box, bytes)
  expect((await box.prove(enough.who, enough)).status).toBe(STATUS.complete)
})

it('believes no other size than that of the content', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular(0, randomBytes(MIB + 1))
  const who = await box.person('liar')
  const order = await box.request(who, { digest: digestOf(bytes), sizeBytes: MIB })
  const proof = proofOf(order.challenge, order.upload, bytes)
  expect((await box.prove(who, { ...order, proof })).status).toBe(STATUS.asked)
})

it('is over the moment the organization is strict again', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const order = await asked(box, bytes)
  await setUploadMode(box.ports, box.admin, 'strict')
  expect((await box.prove(order.who, order)).status).toBe(STATUS.asked)
  const by = { userId: order.who.id, credentialId: order.who.credentialId }
  expect(await challengesFor(box.ports, by, [order.upload])).toEqual(new Map())
})

it('asks for a proof by mode and size alone', async () => {
  const box = await possessionBox()
  const who = await box.person('ada')
  const by = { userId: who.id, credentialId: who.credentialId }
  const { upload } = await box.request(who, { digest: digestOf(randomBytes(9)), sizeBytes: MIB })
  const kinds = []
  for (const declaredSize of [MIB - 1, MIB, 2 ** 30, 2 ** 30 + 1]) {
    const given = await challengesFor(box.ports, by, [{ ...upload, declaredSize }])
    kinds.push(given.get(upload.id)?.kind)
  }
  expect(kinds).toEqual([undefined, 'full', 'full', 'strata'])
})

it('takes ten refused answers an hour and sixty in all, whatever they were refused for', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const who = await box.person('prober')
  const unknown = { digest: digestOf(randomBytes(9)), sizeBytes: MIB }
  const guess = async (content: typeof unknown) => {
    const order = await box.request(who, content)
    return box.prove(who, { ...order, proof: randomBytes(32) })
  }
  for (let i = 0; i < 5; i++) {
    await guess(unknown)
    await guess({ digest: digestOf(bytes), sizeBytes: MIB })
  }
  const refusal = { code: 'rate_limited', reason: 'PROOFS', retryAfterMs: 60 * MINUTE }
  await expect(guess(unknown)).rejects.toMatchObject(refusal)
  box.ports.clock.advance(60 * MINUTE + 1)
  expect((await guess(unknown)).status).toBe(STATUS.asked)
})

it('tells administrators what was asked, passed and saved', async () => {
  const box = await possessionBox()
  const { bytes } = await box.popular()
  const good = await asked(box, bytes)
  await box.prove(good.who, good)
  const bad = await asked(box, bytes)
  await box.prove(bad.who, { ...bad, proof: randomBytes(32) })
  const since = box.ports.clock.now() - 1
  const figures = await box.ports.catalog.possession.figures(since)
  expect(figures).toEqual({ passed: 1, refused: 1, savedBytes: bytes.byteLength })
})
