import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ADMIN_PASSWORD, type ServerWorld, serverWorld } from '../tests/server-world.ts'

const STEP_MS = 30_000
const SAME = { origin: 'http://box', host: 'box' }
const right = { username: 'admin', password: ADMIN_PASSWORD }

/** As an app makes it (RFC 6238), without the library of the product. */
function codeAt(secret: string, ms: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret]
    .map((each) => letters.indexOf(each).toString(2).padStart(5, '0'))
    .join('')
  const bytes = bits.match(/.{8}/g)?.map((each) => Number.parseInt(each, 2)) ?? []
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(ms / STEP_MS)))
  const mac = createHmac('sha1', Buffer.from(bytes)).update(step).digest()
  const word = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(word % 1_000_000).padStart(6, '0')
}

const told = async (answer: Response) => [answer.status, await answer.json()] as const

function hands(world: ServerWorld) {
  const call = (method: string, path: string, cookie: string, json?: unknown) =>
    world.ask(method, `/api/v1${path}`, { cookie, headers: SAME, ...(json ? { json } : {}) })
  const signIn = (json: Record<string, string> = right) =>
    world.ask('POST', '/api/v1/session', { json })
  return {
    call,
    signIn,
    async ticket(): Promise<string> {
      return ((await (await signIn()).json()) as { ticket: string }).ticket
    },
    sendCode: (ticket: string, code: string) =>
      world.ask('POST', '/api/v1/session/code', { json: { ticket, code } }),
    code: (secret: string, steps = 0) => codeAt(secret, world.ports.clock.now() + steps * STEP_MS),
    nextStep: () => world.ports.clock.advance(STEP_MS),
  }
}

/** A box whose administrator has set the second step up. */
async function withSecondStep(options: Parameters<typeof serverWorld>[0] = {}) {
  const world = await serverWorld(options)
  const by = hands(world)
  const cookie = await world.signIn()
  const begun = await by.call('POST', '/second-step', cookie, { password: ADMIN_PASSWORD })
  const { secret, address } = (await begun.json()) as { secret: string; address: string }
  const on = await by.call('POST', '/second-step/on', cookie, { code: by.code(secret) })
  const { recovery_codes: codes } = (await on.json()) as { recovery_codes: string[] }
  by.nextStep()
  return { world, ...by, cookie, secret, address, codes }
}

describe('setting it up', () => {
  it('gives a secret, an address for a picture, and ten codes, each once', async () => {
    const { secret, address, codes, world, call, cookie } = await withSecondStep()
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(address).toContain(`secret=${secret}`)
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
    const own = await call('GET', '/second-step', cookie)
    const since = world.ports.clock.now() - STEP_MS
    expect(await own.json()).toEqual({ on_since: since, recovery_codes_left: 10, required: false })
  })

  it('asks for the password, and for a first code, and for nothing of a sign-in before', async () => {
    const world = await serverWorld()
    const { call, signIn } = hands(world)
    const cookie = await world.signIn()
    expect(
      await told(await call('POST', '/second-step', cookie, { password: 'no' })),
    ).toMatchObject([403, { reason: 'WRONG_PASSWORD' }])
    expect(await told(await call('POST', '/second-step/on', cookie, { code: '1' }))).toMatchObject([
      409,
      { reason: 'SECOND_STEP_NOT_BEGUN' },
    ])
    await call('POST', '/second-step', cookie, { password: ADMIN_PASSWORD })
    expect(await told(await call('POST', '/second-step/on', cookie, { code: '1' }))).toMatchObject([
      403,
      { reason: 'WRONG_CODE' },
    ])
    expect((await signIn()).status).toBe(200)
  })

  it('ends the other sessions, and leaves tokens as they are', async () => {
    const world = await serverWorld()
    const by = hands(world)
    const { token } = await world.person('admin', 'admin')
    const [here, there] = [await world.signIn(), await world.signIn()]
    const begun = await by.call('POST', '/second-step', here, { password: ADMIN_PASSWORD })
    const { secret } = (await begun.json()) as { secret: string }
    await by.call('POST', '/second-step/on', here, { code: by.code(secret) })
    expect((await by.call('GET', '/books', here)).status).toBe(200)
    expect((await by.call('GET', '/books', there)).status).toBe(401)
    expect((await world.ask('GET', '/api/v1/books', { token })).status).toBe(200)
  })

  it('is never put over one that is on', async () => {
    const { call, cookie } = await withSecondStep()
    const again = await call('POST', '/second-step', cookie, { password: ADMIN_PASSWORD })
    expect(await told(again)).toMatchObject([409, { reason: 'SECOND_STEP_ON' }])
  })
})

describe('signing in', () => {
  it('takes the password and then a code, and sets no cookie before', async () => {
    const { signIn, sendCode, code, secret, call, world } = await withSecondStep()
    const first = await signIn()
    expect([first.status, first.headers.get('set-cookie')]).toEqual([202, null])
    const { ticket, ends_at } = (await first.json()) as { ticket: string; ends_at: number }
    expect(ends_at).toBe(world.ports.clock.now() + 5 * 60_000)
    expect((await world.ask('GET', '/api/v1/books', { token: ticket })).status).toBe(401)
    expect((await call('GET', '/books', `onefold_session=${ticket}`)).status).toBe(401)
    const done = await sendCode(ticket, code(secret))
    expect(await told(done)).toMatchObject([200, { user: { username: 'admin' } }])
    const cookie = done.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await call('GET', '/books', cookie)).status).toBe(200)
  })

  it.each([-1, 0, 1])('takes the code of the step %i from now', async (steps) => {
    const { ticket, sendCode, code, secret, nextStep } = await withSecondStep()
    nextStep()
    expect((await sendCode(await ticket(), code(secret, steps))).status).toBe(200)
  })

  it.each([-2, 2])('takes no code of the step %i from now', async (steps) => {
    const { ticket, sendCode, code, secret, nextStep } = await withSecondStep()
    nextStep()
    nextStep()
    expect((await sendCode(await ticket(), code(secret, steps))).status).toBe(401)
  })

  it('takes no code twice, nor an earlier one, and says no more than of a wrong one', async () => {
    const { ticket, sendCode, code, secret } = await withSecondStep()
    const used = code(secret)
    const before = code(secret, -1)
    expect((await sendCode(await ticket(), used)).status).toBe(200)
    const answers: unknown[] = []
    for (const tried of [used, before, '000000', 'no code at all']) {
      const [status, problem] = await told(await sendCode(await ticket(), tried))
      answers.push([status, { ...problem, trace_id: '' }])
    }
    for (const each of answers) expect(each).toEqual(answers[0])
    expect(answers[0]).toMatchObject([401, { reason: 'WRONG_CODE' }])
  })

  it('takes of many that send one code at once a single one', async () => {
    const { ticket, sendCode, code, secret } = await withSecondStep()
    const tickets = [await ticket(), await ticket(), await ticket(), await ticket()]
    const right = code(secret)
    const answers = await Promise.all(tickets.map((each) => sendCode(each, right)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3)
  })

  it('takes a code to recover by in place of one of the app, once, however it is typed', async () => {
    const { ticket, sendCode, codes, call } = await withSecondStep()
    const [one = '', two = ''] = codes
    const done = await sendCode(await ticket(), ` ${one.toUpperCase().replaceAll('-', ' ')}`)
    expect(done.status).toBe(200)
    expect((await sendCode(await ticket(), one)).status).toBe(401)
    expect((await sendCode(await ticket(), two)).status).toBe(200)
    const cookie = done.headers.get('set-cookie')?.split(';')[0] ?? ''
    const own = await call('GET', '/second-step', cookie)
    expect(await own.json()).toMatchObject({ recovery_codes_left: 8 })
  })

  it('lets a ticket be used once, five times tried, and five minutes long', async () => {
    const { ticket, sendCode, code, secret, nextStep, world } = await withSecondStep()
    const over = [401, { reason: 'SIGN_IN_OVER' }]
    const used = await ticket()
    await sendCode(used, code(secret))
    nextStep()
    expect(await told(await sendCode(used, code(secret)))).toMatchObject(over)
    const old = await ticket()
    world.ports.clock.advance(5 * 60_000)
    expect(await told(await sendCode(old, code(secret)))).toMatchObject(over)
    const tried = await ticket()
    for (let i = 0; i < 5; i++) await sendCode(tried, 'wrong')
    world.ports.clock.advance(60_000)
    expect(await told(await sendCode(tried, code(secret)))).toMatchObject(over)
  })

  it('is over when the password changes in between, or the account is disabled', async () => {
    const { ticket, sendCode, code, secret, call, world, cookie } = await withSecondStep()
    const held = await ticket()
    const json = { current: ADMIN_PASSWORD, next: 'another password' }
    await call('POST', '/password', cookie, json)
    const [status, problem] = await told(await sendCode(held, code(secret)))
    expect([status, problem]).toMatchObject([401, { reason: 'SIGN_IN_OVER' }])
    expect(world.logged).toEqual([])
  })

  it('slows guessing of codes down, however many tickets the password gives', async () => {
    const { ticket, sendCode, code, secret, world } = await withSecondStep()
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await sendCode(await ticket(), `${i}`)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    world.ports.clock.advance(1000)
    expect((await sendCode(await ticket(), code(secret))).status).toBe(200)
  })

  it('tells nobody without the password that a code is asked for', async () => {
    const { signIn } = await withSecondStep()
    const [, one] = await told(await signIn({ username: 'admin', password: 'wrong' }))
    const [, two] = await told(await signIn({ username: 'nobody', password: 'wrong' }))
    expect({ ...one, trace_id: '' }).toEqual({ ...two, trace_id: '' })
  })
})

describe('getting rid of it', () => {
  it('takes the password and a code to switch it off', async () => {
    const { call, cookie, code, secret, signIn } = await withSecondStep()
    const off = (password: string, tried: string) =>
      call('POST', '/second-step/off', cookie, { password, code: tried })
    expect((await off('wrong', code(secret))).status).toBe(403)
    expect((await off(ADMIN_PASSWORD, 'wrong')).status).toBe(403)
    expect((await off(ADMIN_PASSWORD, code(secret))).status).toBe(204)
    expect((await signIn()).status).toBe(200)
  })

  it('puts new codes to recover by in place of all old ones', async () => {
    const { call, cookie, code, secret, codes, sendCode, ticket, nextStep } = await withSecondStep()
    const path = '/second-step/recovery-codes'
    const renewed = await call('POST', path, cookie, { code: code(secret) })
    const { recovery_codes: fresh } = (await renewed.json()) as { recovery_codes: string[] }
    nextStep()
    expect((await sendCode(await ticket(), codes[0] ?? '')).status).toBe(401)
    expect((await sendCode(await ticket(), fresh[0] ?? '')).status).toBe(200)
  })

  it('is reset by another administrator, who ends the sessions by that, and it is written down', async () => {
    const { world, call, cookie, signIn } = await withSecondStep()
    const root = await world.person('root', 'admin')
    const admin = await world.ports.catalog.people.userByName('admin')
    const path = `/api/v1/users/${admin?.id}/second-step`
    const reset = await world.ask('DELETE', path, { token: root.token })
    expect(await told(reset)).toMatchObject([200, { second_step_at: null }])
    expect((await call('GET', '/books', cookie)).status).toBe(401)
    expect((await signIn()).status).toBe(200)
    const { items } = await world.ports.catalog.journal.auditPage(20)
    expect(items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['second_step.on', 'second_step.reset', 'session.create']),
    )
  })
})

describe('where administrators have to have it', () => {
  it('lets one who has none set it up, and nothing else', async () => {
    const world = await serverWorld({ isCodeRequired: true })
    const by = hands(world)
    const cookie = await world.signIn()
    const needed = [403, { reason: 'SECOND_STEP_NEEDED' }]
    expect(await told(await by.call('GET', '/books', cookie))).toMatchObject(needed)
    expect(await told(await by.call('POST', '/tokens', cookie, {}))).toMatchObject(needed)
    expect(await told(await by.call('GET', '/session', cookie))).toMatchObject([
      200,
      { second_step_needed: true },
    ])
    const begun = await by.call('POST', '/second-step', cookie, { password: ADMIN_PASSWORD })
    const { secret } = (await begun.json()) as { secret: string }
    await by.call('POST', '/second-step/on', cookie, { code: by.code(secret) })
    expect((await by.call('GET', '/books', cookie)).status).toBe(200)
  })

  it('asks no member and no token for it, and lets nobody switch it off', async () => {
    const { world, call, cookie, code, secret } = await withSecondStep({ isCodeRequired: true })
    await world.account('ada', 'a password of hers')
    const hers = await world.signIn('ada', 'a password of hers')
    expect((await call('GET', '/books', hers)).status).toBe(200)
    const { token } = await world.person('root', 'admin')
    expect((await world.ask('GET', '/api/v1/books', { token })).status).toBe(200)
    const json = { password: ADMIN_PASSWORD, code: code(secret) }
    const off = await call('POST', '/second-step/off', cookie, json)
    expect(await told(off)).toMatchObject([409, { reason: 'SECOND_STEP_REQUIRED' }])
  })
})
