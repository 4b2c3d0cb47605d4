import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Hasher } from './hasher.ts'
import { file, INBOX, only, setUp, sha256, states, until } from './testing/queue-world.ts'
import type { Trouble } from './testing/receiver.ts'

describe('an upload', () => {
  it('is fingerprinted, sent, completed and stored, with its folder below the destination', async () => {
    const { server, queue } = await setUp()
    await queue.add([file('plan.txt', 'the plan', 'Unit 4/Photos')], { ...INBOX, folder: 'Old' })
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(server.calls[0]!.body).toMatchObject({
      doc_name: 'plan.txt',
      doc_hash_256: sha256('the plan'),
      file_size: 8,
      chapter_id: 'c1',
      folder: 'Old/Unit 4/Photos',
      on_conflict: 'ask',
    })
    expect(server.received.get('plan.txt')).toBe(sha256('the plan'))
    expect(only(queue).documentId).toBe('document of plan.txt')
    expect(queue.tally).toMatchObject({ files: 1, totalBytes: 8, sentBytes: 8 })
  })

  it('takes an empty file', async () => {
    const { server, queue } = await setUp()
    await queue.add([file('empty.txt', '')], INBOX)
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(server.received.get('empty.txt')).toBe(sha256(''))
  })

  it('is sent without a fingerprint when none can be made', async () => {
    const fail = () => Promise.reject(new Error('no WebAssembly here'))
    const broken: Hasher = { hash: fail, checksum: fail, proof: fail }
    const { server, queue } = await setUp(undefined, { hasher: broken })
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(server.calls[0]!.body).not.toHaveProperty('doc_hash_256')
  })

  it('has three bodies on the wire at once, never more', async () => {
    const gate = Promise.withResolvers<undefined>()
    const { server, queue } = await setUp((call) =>
      call.kind === 'put' ? gate.promise : undefined,
    )
    void queue.add(
      Array.from({ length: 12 }, (_, i) => file(`${i}.txt`)),
      INBOX,
    )
    await until(queue, () => server.maxBodies === 3)
    gate.resolve(undefined)
    await until(queue, () => queue.tally.counts.stored === 12)
    expect(server.maxBodies).toBe(3)
  })

  it('does not send bytes again when only the last answer was lost', async () => {
    const { server, queue } = await setUp((call) =>
      call.kind === 'request' && call.before === 1
        ? {
            status: 200,
            body: {
              doc_id: call.body.idempotency_key,
              status: 'UPLOAD_COMPLETE',
              s3_presigned_url: null,
            },
          }
        : call.kind === 'complete' && call.before === 0
          ? 'hang_up'
          : undefined,
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(server.calls.filter((call) => call.kind === 'put')).toHaveLength(1)
  })
})

describe('trouble that passes', () => {
  it.each([
    ['a busy server', { status: 503, body: { code: 'unavailable', message: 'Busy.' } }],
    ['a proxy without its server', { status: 502, body: {} }],
    ['a limit', { status: 429, body: { code: 'rate_limited', message: '', retry_after_ms: 2 } }],
    ['a broken line', 'hang_up' as const],
  ])('is waited out: %s', async (_, answer) => {
    const { queue } = await setUp((call) =>
      call.kind === 'put' && call.before < 2 ? answer : undefined,
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.stored === 1)
  })

  it('is waited out however often the server asks for patience', async () => {
    const { queue } = await setUp((call) =>
      call.kind === 'put' && call.before < 10
        ? { status: 429, body: { code: 'rate_limited', message: '' } }
        : undefined,
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.stored === 1)
  })

  it('is given up after the last try, and a retry by hand starts over', async () => {
    const server = { up: false }
    const { queue } = await setUp(() =>
      server.up ? undefined : { status: 503, body: { code: 'unavailable', message: 'Busy.' } },
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.failed === 1)
    expect(only(queue).problem).toEqual({ code: 'unavailable', message: 'Busy.' })
    server.up = true
    queue.retryFailed()
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(only(queue).problem).toBeUndefined()
  })

  it('asks for a new URL under the same key when the old one ran out', async () => {
    const { server, queue } = await setUp((call) =>
      call.kind === 'put' && call.before === 0
        ? { status: 404, body: { code: 'not_found', message: 'Gone.' } }
        : undefined,
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.stored === 1)
    const keys = server.calls
      .filter((call) => call.kind === 'request')
      .map((call) => call.body.idempotency_key)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  it('fingerprints once more as another upload when the bytes did not match, then fails', async () => {
    const { server, queue } = await setUp((call) =>
      call.kind === 'put'
        ? { status: 422, body: { code: 'digest_mismatch', message: 'Changed.', trace_id: 't7' } }
        : undefined,
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.failed === 1)
    const keys = server.calls.map((call) => call.body.idempotency_key).filter(Boolean)
    expect(new Set(keys).size).toBe(2)
    expect(only(queue)).toMatchObject({ traceId: 't7', problem: { code: 'digest_mismatch' } })
  })
})

describe('trouble that stays', () => {
  it('fails at once with the words of the server, and lets the others through', async () => {
    const { queue } = await setUp((call) =>
      call.body.name === 'bad.txt'
        ? { status: 413, body: { code: 'too_large', message: 'Too large.' } }
        : undefined,
    )
    await queue.add([file('bad.txt'), file('good.txt')], INBOX)
    await until(queue, () => queue.tally.counts.stored + queue.tally.counts.failed === 2)
    expect(states(queue)).toEqual(['failed', 'stored'])
    expect(only(queue).problem).toEqual({ code: 'too_large', message: 'Too large.' })
  })

  it('says so when a file can no longer be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'queue-'))
    const path = join(folder, 'gone.txt')
    await writeFile(path, 'here')
    const gone = { file: new File([await openAsBlob(path)], 'gone.txt'), folder: '' }
    await rm(folder, { recursive: true })
    const { queue } = await setUp()
    await queue.add([gone], INBOX)
    await until(queue, () => queue.tally.counts.failed === 1)
    expect(only(queue).problem?.code).toBe('unreadable')
  })

  it('stops the whole queue when the session ended, and goes on after', async () => {
    const session = { alive: false }
    const { queue } = await setUp(() =>
      session.alive ? undefined : { status: 401, body: { code: 'unauthenticated', message: '' } },
    )
    await queue.add([file('a.txt'), file('b.txt')], INBOX)
    await until(queue, () => queue.paused === 'signed_out')
    expect(queue.tally.counts.failed).toBe(0)
    session.alive = true
    queue.resumeAll()
    await until(queue, () => queue.tally.counts.stored === 2)
  })
})

describe('a taken name', () => {
  const taken: Trouble = (call) =>
    call.kind === 'complete' && call.before === 0
      ? { status: 409, body: { code: 'conflict', reason: 'NAME_TAKEN', message: 'Taken.' } }
      : undefined

  it('waits for an answer and is sent again as answered, under a new key', async () => {
    const { server, queue } = await setUp(taken)
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.asking === 1)
    queue.answer(only(queue), 'version', false)
    await until(queue, () => queue.tally.counts.stored === 1)
    const [first, second] = server.calls.filter((call) => call.kind === 'request')
    expect(second!.body.on_conflict).toBe('version')
    expect(second!.body.idempotency_key).not.toBe(first!.body.idempotency_key)
  })

  it('is answered once for all files added together, those still to come included', async () => {
    const { queue } = await setUp(taken)
    void queue.add(
      Array.from({ length: 12 }, (_, i) => file(`${i}.txt`)),
      INBOX,
    )
    await until(queue, () => queue.tally.counts.asking > 0)
    queue.answer(queue.items.find((item) => item.state === 'asking')!, 'keep_both', true)
    await until(queue, () => queue.tally.counts.stored === 12)
  })

  it('leaves the list when it is skipped', async () => {
    const { queue } = await setUp(taken)
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.asking === 1)
    queue.answer(only(queue), 'skip', false)
    expect(queue.items).toHaveLength(0)
    expect(queue.tally.files).toBe(0)
  })
})

describe('the person', () => {
  it('pauses everything and goes on without a file lost', async () => {
    const { queue } = await setUp()
    void queue.add(
      Array.from({ length: 30 }, (_, i) => file(`${i}.txt`)),
      INBOX,
    )
    await until(queue, () => queue.tally.counts.stored > 2)
    queue.pauseAll()
    await until(queue, () => queue.tally.counts.storing === 0)
    const { counts } = queue.tally
    expect(counts.uploading + counts.fingerprinting + counts.failed).toBe(0)
    expect(counts.waiting).toBeGreaterThan(0)
    expect(queue.busy).toBe(false)
    queue.resumeAll()
    await until(queue, () => queue.tally.counts.stored === 30)
  })

  it('lets a file that is being stored come to its end', async () => {
    const gate = Promise.withResolvers<undefined>()
    const { server, queue } = await setUp(
      (call) => (call.kind === 'complete' ? gate.promise : undefined),
      { partBytes: 2 },
    )
    await queue.add([file('a.txt')], INBOX)
    await until(queue, () => queue.tally.counts.storing === 1)
    queue.pauseAll()
    gate.resolve(undefined)
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(server.calls.filter((call) => call.kind === 'complete')).toHaveLength(1)
  })

  it('pauses and resumes one file while the others go on', async () => {
    const { queue } = await setUp()
    await queue.add([file('a.txt'), file('b.txt')], INBOX)
    queue.pause(only(queue))
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(states(queue)).toEqual(['paused', 'stored'])
    queue.resume(only(queue))
    await until(queue, () => queue.tally.counts.stored === 2)
  })

  it('cancels a file on its way and the counts go with it', async () => {
    const { queue } = await setUp()
    await queue.add([file('a.txt', 'a'), file('b.txt', 'bb')], INBOX)
    queue.cancel(only(queue))
    await until(queue, () => queue.tally.counts.stored === 1)
    expect(queue.tally).toMatchObject({ files: 1, totalBytes: 2, sentBytes: 2 })
    queue.removeFinished()
    expect(queue.items).toHaveLength(0)
  })

  it('is told of 200 files in far fewer notifications than changes', async () => {
    const { queue } = await setUp(undefined, { notifyMs: 100 })
    let told = 0
    queue.subscribe(() => told++)
    void queue.add(
      Array.from({ length: 200 }, (_, i) => file(`${i}.txt`)),
      INBOX,
    )
    const startedAt = performance.now()
    await until(queue, () => queue.tally.counts.stored === 200)
    expect(told).toBeLessThanOrEqual((performance.now() - startedAt) / 100 + 2)
  })

  it('takes 10,000 files in without stopping the page', async () => {
    const { queue } = await setUp()
    queue.pauseAll()
    const files = Array.from({ length: 10_000 }, (_, i) => file(`${i}.txt`))
    let turns = 0
    const turn = setInterval(() => turns++)
    await queue.add(files, INBOX)
    clearInterval(turn)
    expect(turns).toBeGreaterThan(10)
    expect(queue.tally.counts.waiting).toBe(10_000)
  })
})
