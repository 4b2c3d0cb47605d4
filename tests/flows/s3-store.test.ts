import { createHash, randomBytes } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { folderProvider } from '../../adapters/folder/provider.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from '../../core/ingest/request-upload.ts'
import { removeCopies } from '../../core/replica/remove-copies.ts'
import { restoreContent } from '../../core/replica/restore-content.ts'
import { verify } from '../../core/upkeep/verify.ts'
import { newKey, providerContract } from '../contracts/provider.ts'
import { copiesWorld, flipBit } from '../copies-world.ts'
import { countingRelay } from '../counting-relay.ts'
import { newBucket } from '../s3-bucket.ts'
import { type ServerWorld, serverWorld } from '../server-world.ts'
import { hasSwift, type SwiftServer, swiftServer } from '../swift-server.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { eventually } from './running-box.ts'

const MIB = 2 ** 20

// Everything that needs a real store in one file: it takes long to start.
const slow = { timeout: 120_000 }
describe.skipIf(!hasSwift)('with Swift, a real store that speaks S3', slow, () => {
  let swift: SwiftServer

  beforeAll(async () => {
    swift = await swiftServer()
  }, 300_000)
  afterAll(() => swift?.stop())

  providerContract('s3', () => newBucket(swift, { partBytes: 5 * MIB }), 12 * MIB)

  it('leaves no upload in parts behind, neither of its own nor of a process that died', async () => {
    const { provider, other, bucket } = await newBucket(swift, { partBytes: 5 * MIB })
    const Key = newKey()
    await other.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    const bytes = randomBytes(6 * MIB)
    await provider.put(Key, once(bytes), bytes.byteLength)
    const { Uploads = [] } = await other.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    expect(Uploads).toEqual([])
  })

  it('tells a store that is away from one that refuses the key', async () => {
    const closed = await countingRelay({ port: 1 })
    await closed.close()
    const away = await newBucket(swift)
    const lost = { endpoint: `http://127.0.0.1:${closed.port}` }
    const { provider: gone } = await newBucket(swift, lost)
    await expect(gone.check()).rejects.toMatchObject({ reason: 'PROVIDER_AWAY' })
    const { provider: refused } = await newBucket(swift, { secretKey: 'wrong' })
    await expect(refused.check()).rejects.toMatchObject({ reason: 'PROVIDER_REFUSED' })
    await away.provider.check()
  })

  it('gets a content once, gives it back when it is damaged here, and lets it go', async () => {
    const relay = await countingRelay(swift)
    onTestFinished(() => relay.close())
    const { provider, listed } = await newBucket({ ...swift, port: relay.port })
    const on = await copiesWorld()
    await on.catalog.copies.enrol(['s3'])
    const text = 'a plan, in full\n'.repeat(20_000)
    const { version, documentId } = await on.store(text)
    expect(await on.work(provider)).toEqual([])
    const first = relay.sentBytes()
    expect(first).toBeGreaterThan(text.length)

    await on.store(text)
    expect(await on.work(provider)).toEqual([])
    expect(relay.sentBytes() - first).toBeLessThan(10_000)
    const [key = ''] = await listed()
    expect(await listed()).toHaveLength(1)
    expect(key).not.toContain(version.digest.slice(0, 8))

    await flipBit(await on.pathOf(version.digest))
    await verify(on.ports)
    const ports = { ...on.ports, providers: [provider] }
    expect(await restoreContent(ports, version.digest)).toBe('s3')
    expect(await readFile(await on.pathOf(version.digest), 'utf8')).toBe(text)

    relay.cut(true)
    await on.catalog.copies.recheck(undefined, on.clock.now())
    expect(await on.work(provider)).not.toEqual([])
    expect(await on.figures()).toMatchObject({ stored: 1 })
    relay.cut(false)
    await on.remove(documentId)
    await on.catalog.copies.removeAt('s3', key, on.clock.now())
    expect(await removeCopies(on.ports, provider, on.options.signal)).toBe(1)
    expect(await listed()).toEqual([])
  })

  it('does not take the word of a store whose object was changed', async () => {
    const { provider, other, bucket, listed } = await newBucket(swift)
    const on = await copiesWorld()
    await on.catalog.copies.enrol(['s3'])
    await on.store('a plan')
    expect(await on.work(provider)).toEqual([])
    const [Key = ''] = await listed()
    await other.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'a plot' }))
    await on.catalog.copies.recheck('s3', on.clock.now())
    expect(await on.work(provider)).toEqual(['The store gave back other bytes than it got.'])
    expect(await on.work(provider)).toEqual([])
    const { Body } = await other.send(new GetObjectCommand({ Bucket: bucket, Key }))
    expect(await Body?.transformToString()).toBe('a plan')
  })

  it('keeps two folders and a bucket apart: each is copied to, read back and restored from', async () => {
    const { provider: bucket, listed } = await newBucket(swift)
    const on = await copiesWorld()
    const path = await temporaryFolder()
    const vault = folderProvider({ name: 'vault', path })
    const all = [on.provider, bucket, vault]
    await on.catalog.copies.enrol(all.map(({ name }) => name))
    const workAll = async () => (await Promise.all(all.map((each) => on.work(each)))).map(String)
    const statesOf = async (versionId: string) =>
      (await on.shown(versionId))?.map(({ provider, state }) => `${provider} ${state}`)

    const first = await on.store('a plan')
    await on.link(first.version.id)
    expect(await workAll()).toEqual(['', '', ''])
    expect(await statesOf(first.version.id)).toEqual(['folder stored', 's3 stored', 'vault stored'])
    expect(await listed()).toHaveLength(1)

    await rename(path, `${path}-away`)
    const second = await on.store('another plan')
    await on.link(second.version.id)
    expect((await workAll()).map((failure) => failure !== '')).toEqual([false, false, true])
    expect(await statesOf(second.version.id)).toEqual([
      'folder stored',
      's3 stored',
      'vault waiting',
    ])

    for (const copy of await on.copies()) await flipBit(copy)
    await flipBit(await on.pathOf(second.version.digest))
    await verify(on.ports)
    const ports = { ...on.ports, providers: all }
    expect(await restoreContent(ports, second.version.digest)).toBe('s3')
    expect(await readFile(await on.pathOf(second.version.digest), 'utf8')).toBe('another plan')

    await rename(`${path}-away`, path)
    await on.work(vault)
    expect(await statesOf(second.version.id)).toContain('vault stored')
    const figures = await on.catalog.copies.figures()
    expect(figures.map(({ provider, stored }) => [provider, stored])).toEqual([
      ['folder', expect.any(Number)],
      ['s3', 2],
      ['vault', 2],
    ])
  })

  describe('sent to directly', () => {
    const TEXT = 'sent past the box'

    async function asked(limits: Partial<UploadLimits> = {}) {
      const bucket = await newBucket(swift)
      const upload = { ...DEFAULT_UPLOAD_LIMITS, ...limits }
      const world = await serverWorld({ upload }, 'disk', { providers: [bucket.provider] })
      // What a store signs ends by the real time.
      world.ports.clock.setWall(Date.now())
      const { token, id } = await world.person('ada')
      const shelf = await world.shelf('Work', 'Plans')
      await world.grant(id, 'contributor', { bookId: shelf.id })
      const wish = {
        doc_name: 'plan.txt',
        doc_hash_256: createHash('sha256').update(TEXT).digest('hex'),
        file_size: TEXT.length,
        chapter_id: shelf.chapters[0],
        idempotency_key: 'plan',
      }
      const request = async () => {
        const answer = await world.ask('POST', '/upload/request', { token, json: wish })
        expect(answer.status).toBe(200)
        return (await answer.json()) as Record<'doc_id' | 's3_presigned_url', string>
      }
      const complete = (docId: string) =>
        world.ask('POST', '/upload/complete', { token, json: { doc_id: docId } })
      return { world, token, bucket, wish, request, complete }
    }

    const put = (url: string, body: string) => fetch(url, { method: 'PUT', body })

    it('is stored like any other upload, and leaves nothing in the bucket', async () => {
      const { world, token, bucket, request, complete } = await asked()
      const { doc_id, s3_presigned_url: url } = await request()
      expect(url.startsWith(`${bucket.endpoint}/${bucket.bucket}/incoming/`)).toBe(true)
      expect((await put(url, TEXT)).status).toBe(200)
      expect(await bucket.listed()).toHaveLength(1)

      const completed = await complete(doc_id)
      const { status, document_id } = (await completed.json()) as Record<string, string>
      expect([completed.status, status]).toEqual([200, 'UPLOAD_COMPLETE'])
      const read = await world.ask('GET', `/api/v1/documents/${document_id}/content`, { token })
      expect(await read.text()).toBe(TEXT)
      expect((await complete(doc_id)).status).toBe(200)
      await tidied(world, bucket)
    })

    it('says nothing of the content in its address, and takes a new one for every request', async () => {
      const { request } = await asked()
      const [first, second] = [await request(), await request()]
      const digest = createHash('sha256').update(TEXT).digest('hex')
      expect(first.s3_presigned_url).not.toContain(digest.slice(0, 8))
      expect(new URL(first.s3_presigned_url).pathname).not.toBe(
        new URL(second.s3_presigned_url).pathname,
      )
    })

    it('is refused when other bytes came, whatever the store made of them', async () => {
      const { world, bucket, request, complete } = await asked()
      const { doc_id, s3_presigned_url: url } = await request()
      expect((await put(url, 'sent past the fox')).status).toBe(200)
      const answer = await complete(doc_id)
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ reason: 'HASH_MISMATCH' })
      await tidied(world, bucket)
    })

    it('is refused by the store when it is longer or shorter than was signed', async () => {
      const { bucket, request, complete } = await asked()
      const { doc_id, s3_presigned_url: url } = await request()
      expect((await put(url, `${TEXT}, and more`)).status).toBe(403)
      expect((await put(url, TEXT.slice(1))).status).toBe(403)
      expect(await bucket.listed()).toEqual([])
      expect((await complete(doc_id)).status).toBe(409)
    })

    it('is measured here, too, where somebody else put it there', async () => {
      const { bucket, request, complete } = await asked()
      const { doc_id, s3_presigned_url: url } = await request()
      const Key = new URL(url).pathname.split('/').slice(2).join('/')
      const Body = `${TEXT}, and much more`
      await bucket.other.send(new PutObjectCommand({ Bucket: bucket.bucket, Key, Body }))
      const answer = await complete(doc_id)
      expect([answer.status, await answer.json()]).toMatchObject([422, { reason: 'SIZE_MISMATCH' }])
    })

    it('waits for bytes that are not there', async () => {
      const { request, complete } = await asked()
      const { doc_id, s3_presigned_url: url } = await request()
      const answer = await complete(doc_id)
      expect([answer.status, await answer.json()]).toMatchObject([409, { reason: 'NOT_RECEIVED' }])
      expect((await put(url, TEXT)).status).toBe(200)
      expect((await complete(doc_id)).status).toBe(200)
    })

    it('is refused by the store once the address has expired, and when nobody made it', async () => {
      const { bucket, request } = await asked({ urlTtlMs: 1_000 })
      const { s3_presigned_url: url } = await request()
      const forged = new URL(url)
      forged.searchParams.set('X-Amz-Expires', '900')
      expect((await put(forged.href, TEXT)).status).toBe(403)
      expect(await bucket.listed()).toEqual([])
      await eventually(async () => (await put(url, TEXT)).status === 403)
    })

    it('goes to the box all the same when it is asked for again with a folder of files', async () => {
      const { world, token, wish, request } = await asked()
      await request()
      const json = { files: [wish] }
      const batch = await world.ask('POST', '/api/v1/uploads/batch', { token, json })
      const { items } = (await batch.json()) as {
        items: { upload: { s3_presigned_url: string } }[]
      }
      const url = `${items[0]?.upload.s3_presigned_url}?complete=1`
      expect((await world.ask('PUT', url, { token, body: TEXT })).status).toBe(200)
    })

    it('leaves nothing in the bucket when nobody comes for it', async () => {
      const { world, bucket, request } = await asked()
      const { s3_presigned_url: url } = await request()
      expect((await put(url, TEXT)).status).toBe(200)
      world.ports.clock.advance(2 * 24 * 3_600_000)
      await tidied(world, bucket)
    })

    it('may be done by a page of the box, and by no other origin than the store', async () => {
      const { world, bucket } = await asked()
      const policy = (await world.ask('GET', '/healthz')).headers.get('content-security-policy')
      expect(policy).toContain(`connect-src 'self' ${bucket.endpoint};`)
    })
  })
})

/** What the worker does all the time. */
async function tidied(
  world: ServerWorld,
  { provider, listed }: Pick<Awaited<ReturnType<typeof newBucket>>, 'provider' | 'listed'>,
): Promise<void> {
  await removeCopies(world.ports, provider, new AbortController().signal)
  expect(await listed()).toEqual([])
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
