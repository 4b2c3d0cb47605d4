import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { addTask } from '../../core/models/add-model.ts'
import type { HubWish } from '../../core/ports/model-hub.ts'
import type { ModelShelf } from '../../core/ports/models.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { filesBelow } from './files.ts'
import { webModelHub } from './hub.ts'
import { diskModelShelf } from './shelf.ts'

const NAME = 'acme/tiny'
const COMMIT = 'c0ffee'.padEnd(40, '0')
const { signal } = new AbortController()

let root: string
let shelf: ModelShelf

beforeEach(async () => {
  root = await temporaryFolder()
  shelf = diskModelShelf(join(root, 'models'), () => 0)
})

describe('fetching a model from a hub', () => {
  it('takes what it runs with, checked, with licence and revision', async () => {
    const hub = await startHub()
    const offer = await hub.source.offer({ name: NAME, revision: 'main' }, signal)
    expect(offer).toMatchObject({ kind: 'embedding', licence: 'mit', revision: COMMIT })
    expect(offer.files.map(({ path }) => path)).not.toContain('pytorch_model.bin')
    await hub.add()
    const model = await shelf.find('embedding')
    expect(model).toMatchObject({
      name: NAME,
      state: 'whole',
      manifest: { licence: 'mit', revision: COMMIT, revisedAt: Date.parse('2026-01-02T03:04:05Z') },
    })
    expect(await shelf.verify(model as never, { signal })).toEqual([])
    expect(await readdir(join(shelf.dir, '.staging'))).toEqual([])
  })

  it('goes on where a broken connection left it', async () => {
    const hub = await startHub()
    hub.trouble = cutAfter(100_000)
    await hub.add()
    expect((await shelf.find('embedding'))?.state).toBe('whole')
    const again = hub.asked.filter(({ range }) => range !== undefined)
    expect(again.length).toBeGreaterThan(0)
    // Every byte once, as far as a connection that breaks lets one know.
    expect(again.map(({ range }) => range)).toContain('bytes=100000-')
  })

  it('goes on in a later try, too, and fetches nothing twice', async () => {
    const hub = await startHub()
    let isUp = true
    hub.trouble = (_, response, bytes) => {
      if (bytes.length < 100_000) return false
      if (!isUp) {
        response.destroy()
        return true
      }
      isUp = false
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 150_000), () => response.destroy())
      return true
    }
    await expect(hub.add()).rejects.toMatchObject({ reason: 'HUB_UNREACHABLE' })
    expect(await shelf.find('embedding')).toBeUndefined()
    const before = hub.asked.length
    hub.trouble = () => false
    await hub.add()
    const files = hub.asked.slice(before).filter(({ url }) => url.includes('/resolve/'))
    expect(files.filter(({ url }) => url.endsWith('config.json') && !url.includes('tok'))).toEqual(
      [],
    )
    expect(files.find(({ url }) => url.endsWith('model.onnx'))?.range).toBe('bytes=150000-')
    expect((await shelf.find('embedding'))?.state).toBe('whole')
  })

  it('starts anew where the hub knows no ranges', async () => {
    const hub = await startHub()
    hub.hasRanges = false
    let cuts = 2
    hub.trouble = (request, response, bytes) =>
      cuts-- > 0 ? cutAfter(1000)(request, response, bytes) : false
    await hub.add()
    expect((await shelf.find('embedding'))?.state).toBe('whole')
  })

  it('never shows a model whose checksum is wrong', async () => {
    const hub = await startHub()
    hub.trouble = (_, response, bytes) => {
      const wrong = Buffer.from(bytes)
      wrong[0] = (wrong[0] ?? 0) ^ 1
      response.end(wrong)
      return true
    }
    await expect(hub.add()).rejects.toMatchObject({
      code: 'digest_mismatch',
      reason: 'HUB_CHECKSUM',
    })
    expect(await shelf.list()).not.toContainEqual(expect.objectContaining({ name: NAME }))
  })

  it('fetches a file anew that was spoiled once', async () => {
    const hub = await startHub()
    let isFirst = true
    hub.trouble = (_, response, bytes) => {
      if (!isFirst || bytes.length < 1000) return false
      isFirst = false
      response.end(Buffer.alloc(bytes.length))
      return true
    }
    await hub.add()
    expect((await shelf.find('embedding'))?.state).toBe('whole')
  })

  it('waits for a hub that is busy, and gives up on one that is silent', async () => {
    const hub = await startHub()
    let refusals = 2
    hub.trouble = (_, response) => {
      if (refusals-- <= 0) return false
      response.writeHead(refusals === 1 ? 503 : 429).end()
      return true
    }
    await hub.add()
    expect((await shelf.find('embedding'))?.state).toBe('whole')
    await shelf.remove(NAME)
    hub.trouble = () => true // never answers
    await expect(hub.add()).rejects.toMatchObject({ reason: 'HUB_UNREACHABLE' })
  }, 30_000)

  it.each([
    [404, 'HUB_NOT_FOUND'],
    [401, 'HUB_REFUSED'],
    [403, 'HUB_REFUSED'],
    [500, 'HUB_UNREACHABLE'],
  ])('says what to do about a %i', async (status, reason) => {
    const hub = await startHub()
    hub.trouble = (_, response) => {
      response.writeHead(status).end()
      return true
    }
    await expect(hub.add()).rejects.toMatchObject({ reason })
    hub.isListFailing = status
    await expect(hub.source.offer({ name: NAME }, signal)).rejects.toMatchObject({ reason })
  })

  it('sends its token to the hub, and not to where the hub leads', async () => {
    const elsewhere = await startHub()
    const hub = await startHub({ token: 'hf_secret' })
    hub.trouble = (request, response) => {
      response.writeHead(302, { location: `${elsewhere.base}${request.url}` }).end()
      return true
    }
    await hub.add()
    expect(hub.asked.every(({ token }) => token === 'Bearer hf_secret')).toBe(true)
    expect(elsewhere.asked.length).toBeGreaterThan(0)
    expect(elsewhere.asked.every(({ token }) => token === undefined)).toBe(true)
  })

  it('refuses a hub whose list leads elsewhere, or has no weights that can be run', async () => {
    const hub = await startHub()
    for (const path of ['../../evil.json', '/evil.json', 'onnx/..', 'a\\evil.json', 'a\0.json']) {
      hub.files.set(path, Buffer.from('{}'))
      await expect(hub.add()).rejects.toMatchObject({ reason: 'HUB_ANSWER' })
      hub.files.delete(path)
    }
    hub.files.delete('onnx/model.onnx')
    await expect(hub.source.offer({ name: NAME }, signal)).rejects.toMatchObject({
      reason: 'MODEL_LAYOUT',
    })
    await expect(hub.source.offer({ name: '../x' }, signal)).rejects.toMatchObject({
      reason: 'MODEL_NAME',
    })
  })

  it.each([
    'x/../../..',
    '../../..',
    `${COMMIT}/../../..`,
    '..',
    'MAIN',
    'c0ffee',
    `${COMMIT}\n`,
    '',
    7,
  ])('removes nothing for a hub that calls its commit %j', async (commit) => {
    const precious = join(root, 'catalog.sqlite')
    await writeFile(precious, 'all there is')
    const hub = await startHub()
    const offer = await hub.source.offer({ name: NAME }, signal)
    hub.commit = commit
    await expect(hub.add()).rejects.toMatchObject({ code: 'unavailable', reason: 'HUB_ANSWER' })
    // Nor if the adapter let it pass.
    const gullible = { ...offer, revision: String(commit) }
    await addTask({ models: shelf, hub: hub.source }, gullible, { signal }).catch(() => undefined)
    expect(await readFile(precious, 'utf8')).toBe('all there is')
  })

  it('asks nothing when there is no room', async () => {
    shelf = diskModelShelf(join(root, 'models'), (total) => total)
    const hub = await startHub()
    await expect(hub.add()).rejects.toMatchObject({ reason: 'NO_ROOM_FOR_MODELS' })
    expect(hub.asked.filter(({ url }) => url.includes('/resolve/'))).toEqual([])
  })

  it('fetches a language of OCR as one file', async () => {
    const hub = await startHub()
    hub.languages.set('lat.traineddata', Buffer.from('latin, learnt'))
    await hub.add({ name: 'tesseract/lat' })
    const found = (await shelf.list()).find(({ name }) => name === 'tesseract/lat')
    expect(found).toMatchObject({ kind: 'ocr', state: 'whole', sizeBytes: 13 })
    expect(await readFile(join(found?.folder ?? '', 'lat.traineddata'), 'utf8')).toContain('latin')
  })
})

type Trouble = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => boolean

/** Every answer breaks off after so many bytes. */
const cutAfter =
  (most: number): Trouble =>
  (request, response, bytes) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (bytes.length - from <= most) return false
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
    response.write(bytes.subarray(from, from + most), () => response.destroy())
    return true
  }

/** A hub on this machine that speaks as huggingface.co does, and has one small model. */
async function startHub({ token }: { token?: string } = {}) {
  const files = await tinyFiles()
  const hub = {
    files,
    languages: new Map<string, Buffer>(),
    asked: [] as { url: string; range?: string | undefined; token?: string | undefined }[],
    trouble: (() => false) as Trouble,
    hasRanges: true,
    isListFailing: 0,
    commit: COMMIT as unknown,
  }
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '')
    const { range, authorization } = request.headers
    hub.asked.push({ url, range, token: authorization })
    if (url.startsWith('/api/models/')) return list(hub, response)
    const path = url.replace(`/${NAME}/resolve/${COMMIT}/`, '').replace('/languages/', '')
    const bytes = files.get(path) ?? hub.languages.get(path)
    if (!bytes) return void response.writeHead(404).end()
    if (hub.trouble(request, response, bytes)) return
    const from = hub.hasRanges ? Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) : 0
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
    response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const base = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`
  const source = webModelHub({
    hub: base,
    languages: `${base}/languages`,
    idleMs: 500,
    retryMs: 1,
    ...(token !== undefined && { token }),
  })
  const add = async (wish: HubWish = { name: NAME }) =>
    addTask({ models: shelf, hub: source }, await source.offer(wish, signal), { signal })
  return Object.assign(hub, { base, source, add })
}

function list(
  hub: { files: Map<string, Buffer>; isListFailing: number; commit: unknown },
  response: ServerResponse,
): void {
  if (hub.isListFailing) return void response.writeHead(hub.isListFailing).end()
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({
      sha: hub.commit,
      lastModified: '2026-01-02T03:04:05.000Z',
      pipeline_tag: 'sentence-similarity',
      cardData: { license: 'mit' },
      siblings: [...hub.files].map(([rfilename, bytes]) => ({
        rfilename,
        size: bytes.length,
        blobId: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
        ...(bytes.length > 100_000 && {
          lfs: { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
        }),
      })),
    }),
  )
}

async function tinyFiles(): Promise<Map<string, Buffer>> {
  const folder = join(root, 'upstream')
  const name = await makeTinyModel('embedding', folder)
  await writeFile(join(folder, name, 'pytorch_model.bin'), 'not for us')
  const paths = await filesBelow(join(folder, name))
  const files = paths.map(async (path) => [path, await readFile(join(folder, name, path))] as const)
  return new Map(await Promise.all(files))
}
