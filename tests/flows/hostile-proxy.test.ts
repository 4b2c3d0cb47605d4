import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type HostileProxy, hostileProxy } from './hostile-proxy.ts'
import { patientSender, type Sending, sha256 } from './patient-sender.ts'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const PART_BYTES = 64 * 1024

let box: RunningBox
let proxy: HostileProxy
let token: string

beforeAll(async () => {
  box = await startBox({
    ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES),
    ONEFOLD_UPLOAD_IDLE_MS: '1000',
  })
  proxy = await hostileProxy(box.url, { seed: 12, most: 300 })
  const wish = { name: 'sender', scopes: ['read', 'write'] }
  const made = await box.json<{ token: string }>('/api/v1/tokens', { method: 'POST', body: wish })
  token = made.token
}, 120_000)
afterAll(async () => {
  await proxy?.close()
  await box?.stop()
})

const file = (name: string, sizeBytes: number, saysDigest = true): Sending => ({
  name,
  bytes: randomBytes(sizeBytes),
  saysDigest,
})

const SMALL = Array.from({ length: 40 }, (_, n) => file(`small ${n}.bin`, n * 331))
const WHOLE = [file('whole 1.bin', 50_000), file('whole 2.bin', 1), file('empty.bin', 0)]
const PARTS = [
  file('parts 1.bin', 14 * PART_BYTES - 5),
  file('parts 2.bin', 9 * PART_BYTES + 1),
  // Nobody says what the whole is: that the parts are right has to do.
  file('parts 3.bin', 11 * PART_BYTES, false),
]
const LEFT = [file('left 1.bin', 5 * PART_BYTES), file('left 2.bin', 3 * PART_BYTES)]

it('R12 a proxy that cuts, repeats, reorders and truncates: nothing corrupt, nothing left over', async () => {
  const sender = patientSender(proxy.url, token)
  const [small, ...others] = await Promise.all([
    sender.sendAll(SMALL),
    ...[...WHOLE, ...PARTS].map((each) => sender.send(each)),
    ...LEFT.map((each) => sender.leave(each)),
  ])
  const stored = [...SMALL, ...WHOLE, ...PARTS].map((each, index) => ({
    ...each,
    id: [...small, ...others][index],
  }))
  for (const { name, bytes, id } of stored) {
    const content = await box.call(`/api/v1/documents/${id}/content`)
    const digest = sha256(Buffer.from(await content.arrayBuffer()))
    expect({ name, status: content.status, digest }).toEqual({
      name,
      status: 200,
      digest: sha256(bytes),
    })
  }
  // Nothing was stored twice, and nothing that nobody finished.
  const { items } = await box.json<{ items: { name: string }[] }>('/api/v1/documents?limit=200')
  expect(items.map(({ name }) => name).sort()).toEqual(stored.map(({ name }) => name).sort())
  // Each way to fail was gone, most of them often.
  expect(Object.values(proxy.done).every((times) => times > 0)).toBe(true)

  await box.onefold('sweep', '--abandoned', '0')
  const left = () =>
    Promise.all(['received', 'staging'].map((folder) => readdir(join(box.dataDir, folder))))
  await eventually(async () => (await left()).flat().length === 0)
  const ended = await box.json<{ items: { doc_name: string }[] }>('/api/v1/uploads?state=ended')
  expect(ended.items.map(({ doc_name }) => doc_name).sort()).toEqual(['left 1.bin', 'left 2.bin'])
  const { steps } = (await box.onefold('verify')) as { steps: { problems: string[] }[] }
  expect(steps.flatMap(({ problems }) => problems)).toEqual([])
}, 300_000)
