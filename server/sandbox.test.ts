import { expect, it } from 'vitest'
import { serverWorld } from '../tests/server-world.ts'

async function box(kind: 'bwrap' | 'none', lack?: string) {
  const walls = { kind, ...(lack !== undefined && { lack }) }
  const world = await serverWorld({ sandbox: async () => walls })
  const { token } = await world.person('root2', 'admin')
  const ask = (path: string) => world.ask('GET', path, { token })
  return {
    status: async () => (await ask('/api/v1/status')).json(),
    ready: async () => (await ask('/readyz')).json(),
    metrics: async () => (await ask('/metrics')).text(),
  }
}

it('C7 sandbox-required: a box told to do without is red on the page, to monitors and in figures', async () => {
  const on = await box('none')
  expect(await on.status()).toMatchObject({
    checks: expect.arrayContaining([
      { name: 'sandbox', ok: false, warns: false, message: expect.stringContaining('bubblewrap') },
    ]),
  })
  expect(await on.ready()).toMatchObject({ status: 'degraded', checks: { sandbox: 'failing' } })
  expect(await on.metrics()).toContain('onefold_sandbox{kind="none"} 1')
})

it('a box with walls is well, and says which', async () => {
  const on = await box('bwrap')
  expect(await on.ready()).toMatchObject({ status: 'ok', checks: { sandbox: 'ok' } })
  expect(await on.metrics()).toContain('onefold_sandbox{kind="bwrap"} 1')
})

it('a box whose walls have no filter of system calls works, and warns on the page', async () => {
  const on = await box('bwrap', 'no filter of system calls works here')
  expect(await on.status()).toMatchObject({
    checks: expect.arrayContaining([
      { name: 'sandbox', ok: true, warns: true, message: 'no filter of system calls works here' },
    ]),
  })
  expect(await on.ready()).toMatchObject({ checks: { sandbox: 'ok' } })
})
