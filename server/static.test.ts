import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { serverWorld } from '../tests/server-world.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'

async function builtPages() {
  const above = await temporaryFolder()
  const webDir = join(above, 'dist')
  await mkdir(join(webDir, 'assets'), { recursive: true })
  await writeFile(join(above, 'secret.txt'), 'secret')
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Onefold</title>')
  await writeFile(join(webDir, 'assets', 'index-BzYF1a_2.js'), 'let a = 1\n'.repeat(100))
  return serverWorld({ webDir })
}

it('serves the pages to everybody, and the one document for every page of the app', async () => {
  const { ask } = await builtPages()
  for (const path of ['/', '/index.html', '/library/some/2026.05', '/search?q=x']) {
    const answer = await ask('GET', path)
    expect([path, answer.status]).toEqual([path, 200])
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.text()).toContain('Onefold')
  }
})

it('lets browsers keep what carries the hash of its content, and sends it small', async () => {
  const { ask } = await builtPages()
  const path = '/assets/index-BzYF1a_2.js'
  const answer = await ask('GET', path, { headers: { 'accept-encoding': 'br, gzip' } })
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(gunzipSync(bytes).toString()).toBe('let a = 1\n'.repeat(100))
  const etag = answer.headers.get('etag') ?? ''
  expect((await ask('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304)
  expect(await (await ask('GET', path)).text()).toBe('let a = 1\n'.repeat(100))
})

it.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/%2e%2e/secret.txt',
])('never reaches a file outside by %s', async (path) => {
  const { ask } = await builtPages()
  const answer = await ask('GET', path)
  expect([answer.status, await answer.text()]).not.toContain('secret')
})

it('answers a missing file as missing, and calls to the API never with a page', async () => {
  const { ask, person } = await builtPages()
  const { token } = await person('ada')
  expect((await ask('GET', '/assets/gone.js', { token })).status).toBe(404)
  const answer = await ask('GET', '/api/v1/nothing', { token })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
})

it('serves its API before any page was built', async () => {
  const { ask } = await serverWorld()
  expect((await ask('GET', '/healthz')).status).toBe(200)
  expect((await ask('GET', '/')).status).toBe(404)
})
