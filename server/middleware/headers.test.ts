import { expect, it } from 'vitest'
import { type ServerWorld, serverWorld } from '../../tests/server-world.ts'

const headersAt = async (world: ServerWorld, url: string) =>
  (await world.app.request(url, { headers: { host: new URL(url).host } })).headers

it('tells browsers to stay with TLS where they come by it, and not where they do not', async () => {
  const behind = await headersAt(await serverWorld({ isTls: true }), 'http://files.example/healthz')
  expect(behind.get('strict-transport-security')).toBe('max-age=31536000')
  expect(behind.get('cross-origin-opener-policy')).toBe('same-origin')
  const plain = await headersAt(await serverWorld(), 'http://files.example/healthz')
  expect(plain.get('strict-transport-security')).toBeNull()
})

it.each([
  ['localhost:8000', 'same-origin'],
  ['box.localhost', 'same-origin'],
  ['127.0.0.1:8000', 'same-origin'],
  ['127.1.2.3', 'same-origin'],
  ['[::1]:8000', 'same-origin'],
  ['files.example', null],
  ['192.168.1.7:8000', null],
  ['127.0.0.1.files.example', null],
  ['localhost.files.example', null],
])('sends an opener policy without TLS only where browsers heed it: %s', async (host, policy) => {
  const headers = await headersAt(await serverWorld(), `http://${host}/healthz`)
  expect(headers.get('cross-origin-opener-policy')).toBe(policy)
})
