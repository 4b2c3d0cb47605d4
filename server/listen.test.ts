import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { type ServerWorld, serverWorld } from '../tests/server-world.ts'
import type { DoorOptions } from './door.ts'
import { listen } from './listen.ts'

const LOCAL = { host: '127.0.0.1', port: 0 }

async function listening(options: Partial<DoorOptions> = {}) {
  const world = await serverWorld(options, 'disk')
  const server = await listen(world.app, LOCAL)
  onTestFinished(() => server.close(100))
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  return { world, server, port: server.address.port, token, chapterId: book.chapters[0] ?? '' }
}

async function address(world: ServerWorld, token: string, json: Record<string, unknown>) {
  const asked = await world.ask('POST', '/upload/request', { token, json })
  return (await asked.json()) as { doc_id: string; s3_presigned_url: string }
}

/** Sends the chunks with `pauseMs` between them; resolves with the status, or the socket's error. */
function put(
  port: number,
  path: string,
  sent: { chunks: Buffer[]; pauseMs: number; size: number },
) {
  return new Promise<{ status: number; text: string } | { broke: string }>((resolve) => {
    const headers = { 'content-length': sent.size }
    const call = request({ ...LOCAL, port, path, method: 'PUT', headers }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += chunk
      resolve({ status: answer.statusCode ?? 0, text })
    })
    call.on('error', (error) => resolve({ broke: error.message }))
    const send = async () => {
      for (const chunk of sent.chunks) {
        call.write(chunk)
        await sleep(sent.pauseMs)
      }
      call.end()
    }
    void send()
  })
}

const staged = async (root: string) =>
  (await Promise.all(['staging', 'received'].map((name) => readdir(join(root, name))))).flat()

it('never cuts an upload that flows, however long one silence may last', async () => {
  const { world, server, port, token, chapterId } = await listening({ bodyIdleMs: 400 })
  expect(server.requestTimeoutMs).toBe(0)
  const chunks = Array.from({ length: 12 }, (_, i) => Buffer.from(`chunk ${String(i).padStart(4)}`))
  const whole = Buffer.concat(chunks)
  const asked = await address(world, token, {
    doc_name: 'slow.bin',
    file_size: whole.length,
    doc_hash_256: createHash('sha256').update(whole).digest('hex'),
    chapter_id: chapterId,
  })
  // Longer in all than any one silence may be.
  const sent = { chunks, pauseMs: 100, size: whole.length }
  expect(await put(port, asked.s3_presigned_url, sent)).toMatchObject({ status: 200 })
})

it('cuts an upload that goes silent, keeps nothing of it, and takes it again', async () => {
  const { world, port, token, chapterId } = await listening({ bodyIdleMs: 150 })
  const asked = await address(world, token, {
    doc_name: 'silent.bin',
    file_size: 10,
    chapter_id: chapterId,
  })
  const first = { chunks: [Buffer.from('01234')], pauseMs: 1500, size: 10 }
  expect(await put(port, asked.s3_presigned_url, first)).toHaveProperty('broke')
  await expect.poll(() => staged(world.root)).toEqual([])
  const again = { chunks: [Buffer.from('0123456789')], pauseMs: 0, size: 10 }
  expect(await put(port, asked.s3_presigned_url, again)).toMatchObject({ status: 200 })
})

it('keeps nothing of an upload whose sender breaks off', async () => {
  const { world, port, token, chapterId } = await listening()
  const asked = await address(world, token, {
    doc_name: 'cut.bin',
    file_size: 1_000_000,
    chapter_id: chapterId,
  })
  const socket = connect(port, LOCAL.host)
  socket.on('error', () => {})
  socket.write(
    `PUT ${asked.s3_presigned_url} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`,
  )
  socket.write(Buffer.alloc(300_000))
  await expect.poll(() => staged(world.root)).toHaveLength(1)
  socket.destroy()
  await expect.poll(() => staged(world.root)).toEqual([])
  const state = await world.ask('GET', `/upload/${asked.doc_id}`, { token })
  expect(await state.json()).toMatchObject({ status: 'UPLOAD_URL_GENERATED', received_bytes: 0 })
})

it('tells a sender of too much why, while the bytes still come', async () => {
  const { world, port, token, chapterId } = await listening()
  const asked = await address(world, token, {
    doc_name: 'long.bin',
    file_size: 10,
    chapter_id: chapterId,
  })
  const call = request({ ...LOCAL, port, path: asked.s3_presigned_url, method: 'PUT' })
  const status = new Promise<number>((resolve, reject) => {
    call.on('response', (answer) => resolve(answer.resume().statusCode ?? 0))
    call.on('error', reject)
  })
  // Left open: the answer has to come while the body is still on its way.
  call.write(Buffer.alloc(100_000))
  expect(await status).toBe(422)
  call.destroy()
  expect(await staged(world.root)).toEqual([])
})

it('sends bytes through the socket with their headers, in whole and in part', async () => {
  const { world, port, token, chapterId } = await listening()
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 31) % 256))
  const form = new FormData()
  form.set('chapter_id', chapterId)
  form.set('file', new Blob([bytes]), 'größe "1".bin')
  const base = `http://${LOCAL.host}:${port}`
  const headers = { authorization: `Bearer ${token}` }
  const made = await fetch(`${base}/knowledge-base/upload`, { method: 'POST', headers, body: form })
  const { document_id } = (await made.json()) as { document_id: string }
  const url = `${base}/api/v1/documents/${document_id}/content`
  const whole = await fetch(url, { headers })
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
  expect(whole.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/)
  expect(whole.headers.get('content-disposition')).toContain("UTF-8''gr%C3%B6%C3%9Fe%20%221%22.bin")
  expect(whole.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
  const part = await fetch(url, { headers: { ...headers, range: 'bytes=699990-' } })
  expect(part.status).toBe(206)
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(699_990))).toBe(true)
  // What was sent is counted once it has left, a moment after it has arrived.
  await expect
    .poll(async () => (await fetch(`${base}/metrics`)).text(), { timeout: 20_000 })
    .toContain('route="/api/v1/documents/:id/content",status="206"')
  expect(await (await fetch(`${base}/metrics`)).text()).toContain(
    'onefold_upload_bytes_total 700000',
  )
  expect(world.logged).toEqual([])
})

it('opens no file that a leaving reader would keep open', async () => {
  const { world, port, token, chapterId } = await listening()
  const size = 30_000_000
  const asked = await address(world, token, {
    doc_name: 'big.bin',
    file_size: size,
    chapter_id: chapterId,
  })
  await put(port, asked.s3_presigned_url, { chunks: [Buffer.alloc(size)], pauseMs: 0, size })
  await world.ask('POST', '/upload/complete', { token, json: { doc_id: asked.doc_id } })
  const before = await openFiles()
  for (let i = 0; i < 5; i++)
    await leaveEarly(port, `/api/v1/documents/${asked.doc_id}/content`, token)
  await expect.poll(openFiles).toBeLessThanOrEqual(before)
  expect(world.logged).toEqual([])
})

/** Open files of this process below a data folder. */
async function openFiles(): Promise<number> {
  const { readlink } = await import('node:fs/promises')
  const numbers = await readdir('/proc/self/fd')
  const paths = await Promise.all(
    numbers.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => '')),
  )
  return paths.filter((path) => path.includes('/blobs/')).length
}

function leaveEarly(port: number, path: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const call = request({ ...LOCAL, port, path, headers }, (answer) => {
      answer.once('data', () => {
        call.destroy()
        resolve()
      })
    })
    call.on('error', (error) => (call.destroyed ? undefined : reject(error)))
    call.end()
  })
}

it('finishes what it began when it is told to stop', async () => {
  const { world, server, port, token, chapterId } = await listening()
  const asked = await address(world, token, {
    doc_name: 'last.bin',
    file_size: 10,
    chapter_id: chapterId,
  })
  const sent = { chunks: [Buffer.from('01234'), Buffer.from('56789')], pauseMs: 100, size: 10 }
  const upload = put(port, asked.s3_presigned_url, sent)
  await expect.poll(() => staged(world.root)).toHaveLength(1)
  await server.close()
  expect(await upload).toMatchObject({ status: 200 })
  await expect(fetch(`http://${LOCAL.host}:${port}/healthz`)).rejects.toThrow()
})

it('does not wait for connections on which nobody asks anything', async () => {
  const { server, port, token } = await listening()
  const opened = Promise.withResolvers<void>()
  const inAdvance = connect(port, LOCAL.host, () => opened.resolve())
  const ended = new Promise((resolve) => inAdvance.once('close', resolve))
  await opened.promise
  const live = await fetch(`http://${LOCAL.host}:${port}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await live.body?.getReader().read()
  // Were it to wait for them, it would be longer than any test may take.
  await server.close(10 * 60_000)
  await ended
})

it('says what to do when its port is taken', async () => {
  const { world, port } = await listening()
  await expect(listen(world.app, { ...LOCAL, port })).rejects.toMatchObject({
    reason: 'PORT_TAKEN',
    message: expect.stringContaining('ONEFOLD_PORT'),
  })
})

it.each([
  [{}, 200],
  [{ isTls: true }, 401],
  [{ trustedProxies: '127.0.0.1' }, 401],
])(
  'tells figures to its own machine alone, unless a proxy may speak for others: %j',
  async (options, status) => {
    const { port } = await listening(options)
    expect((await fetch(`http://${LOCAL.host}:${port}/metrics`)).status).toBe(status)
  },
)

it('keeps a connection for longer than proxies do, so that none is closed under a request', async () => {
  const { port } = await listening()
  const answer = await fetch(`http://127.0.0.1:${port}/livez`)
  expect(answer.headers.get('keep-alive')).toBe('timeout=75')
})
