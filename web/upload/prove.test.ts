import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { newItem } from './item.ts'
import { type Challenge, proofOf } from './proof.ts'
import { challengeOf, Prover } from './prove.ts'
import { file, INBOX, sha256 } from './testing/queue-world.ts'
import { fetchBody } from './testing/receiver.ts'
import { httpWire } from './wire.ts'

const CHALLENGE: Challenge = {
  cid: '00'.repeat(16),
  nonce: '01'.repeat(32),
  seed: '02'.repeat(32),
  kind: 'full',
  holder: '03'.repeat(32),
}

interface Answer {
  status: number
  body: Record<string, unknown>
}

/** A server that answers proofs, one after the other, and a prover that asks it. */
async function proverOf(...answers: Answer[]) {
  const asked: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    asked.push({ path: request.url, ...JSON.parse(await text(request)) })
    const { status, body } = answers.shift() ?? { status: 500, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const clock = { now: 0 }
  const prover = new Prover({
    wire: httpWire({ origin: `http://127.0.0.1:${port}`, sendBody: fetchBody }),
    hasher: { proof: proofOf },
    now: () => clock.now,
  })
  return { asked, clock, prover }
}

function itemOf(name: string) {
  const to = { destination: INBOX, onConflict: 'ask' as const, batch: 'b', now: 0 }
  return { ...newItem(file(name), to), digest: sha256(name) }
}

const ticket = { docId: 'doc', url: '/u/token', challenge: CHALLENGE }
const { signal } = new AbortController()

const proved = { status: 200, body: { status: 'UPLOAD_COMPLETE', document_id: 'd1' } }
const refused = { status: 200, body: { status: 'UPLOAD_URL_GENERATED', document_id: null } }
const tooOften = { status: 429, body: { code: 'rate_limited', retry_after_ms: 60_000 } }

it('has the receipt of a file that was proved', async () => {
  const { asked, prover } = await proverOf(proved)
  expect(await prover.prove(itemOf('a.txt'), ticket, signal)).toMatchObject({ documentId: 'd1' })
  const order = { challenge: CHALLENGE, docId: 'doc', digest: sha256('a.txt') }
  const proof = await proofOf(new Blob(['a.txt']), order)
  expect(asked).toEqual([{ path: '/upload/prove', doc_id: 'doc', cid: CHALLENGE.cid, proof }])
})

it('proves a file once: whatever was refused is sent, however often that is tried', async () => {
  const { asked, prover } = await proverOf(refused, proved)
  const item = itemOf('a.txt')
  expect(await prover.prove(item, ticket, signal)).toBeUndefined()
  expect(await prover.prove(item, ticket, signal)).toBeUndefined()
  expect(asked).toHaveLength(1)
})

it('proves nothing for a while after too many proofs', async () => {
  const { asked, clock, prover } = await proverOf(tooOften, proved)
  expect(await prover.prove(itemOf('a.txt'), ticket, signal)).toBeUndefined()
  expect(await prover.prove(itemOf('b.txt'), ticket, signal)).toBeUndefined()
  expect(asked).toHaveLength(1)
  clock.now = 60_000
  expect(await prover.prove(itemOf('c.txt'), ticket, signal)).toBeDefined()
})

it('proves nothing without a challenge, a digest, or when all bytes are there', async () => {
  const { asked, prover } = await proverOf()
  const { digest: _, ...unhashed } = itemOf('a.txt')
  const { challenge: _none, ...plain } = ticket
  const { url: _url, ...received } = ticket
  expect(await prover.prove(itemOf('a.txt'), plain, signal)).toBeUndefined()
  expect(await prover.prove(itemOf('b.txt'), received, signal)).toBeUndefined()
  expect(await prover.prove(unhashed, ticket, signal)).toBeUndefined()
  expect(asked).toEqual([])
})

it('sends a file that cannot be read again, to hear why', async () => {
  const { asked, prover } = await proverOf()
  const item = itemOf('a.txt')
  item.file = {
    size: 5,
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
  } as unknown as File
  expect(await prover.prove(item, ticket, signal)).toBeUndefined()
  expect(asked).toEqual([])
})

it('says what went wrong with the call itself', async () => {
  const taken = { status: 409, body: { code: 'conflict', reason: 'NAME_TAKEN' } }
  const { prover } = await proverOf(taken)
  await expect(prover.prove(itemOf('a.txt'), ticket, signal)).rejects.toMatchObject({
    reason: 'NAME_TAKEN',
  })
})

it('takes no challenge that it does not know', () => {
  expect(challengeOf({ challenge: CHALLENGE })).toEqual(CHALLENGE)
  expect(challengeOf({ challenge: null })).toBeUndefined()
  expect(challengeOf({ challenge: { ...CHALLENGE, kind: 'merkle' } })).toBeUndefined()
})
