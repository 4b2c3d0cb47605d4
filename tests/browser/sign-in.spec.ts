import type { Page } from '@playwright/test'
import { TOTP } from 'otpauth'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import { freePorts } from '../free-ports.ts'
import { CLIENT, oidcServer } from '../oidc-server.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, signIn } from './visit.ts'

const PASSWORD = 'flow-test-password'
const ADA = { sub: 'u-1', preferred_username: 'ada', name: 'Ada Lovelace' }

/** The tests follow each other: the second is done by whom the first lets in. */
test.describe.configure({ mode: 'serial' })

let provider: Awaited<ReturnType<typeof oidcServer>>
let box: RunningBox
/** The box's own administrator, from the second step on. */
let admin: Page

test.beforeAll(async ({ browser }) => {
  const [port = 0] = await freePorts(1)
  const origin = `http://127.0.0.1:${port}`
  provider = await oidcServer(`${origin}/api/v1/session/oidc/callback`, { canRenew: true })
  box = await startBox({
    ONEFOLD_PORT: String(port),
    ONEFOLD_ADMIN_TOTP: 'required',
    ONEFOLD_OIDC_ISSUER: provider.issuer,
    ONEFOLD_OIDC_CLIENT_ID: CLIENT.id,
    ONEFOLD_OIDC_CLIENT_SECRET: CLIENT.secret,
    ONEFOLD_OIDC_ORIGIN: origin,
    ONEFOLD_OIDC_NAME: 'Corp',
    ONEFOLD_OIDC_SCOPE: 'openid profile groups',
  })
  admin = await (await browser.newContext()).newPage()
})

test.afterAll(async () => {
  await admin?.context().close()
  await box?.stop()
  await provider?.close()
})

test('an administrator who needs a second step gets nowhere else before it is set up', async () => {
  await signIn(admin, box)
  await admin.goto(`${box.url}/admin/users`)
  await expect(admin).toHaveURL(/\/account$/)
  await expect(admin.getByText('Administrators of this box sign in with a code.')).toBeVisible()
  const refused = await admin.request.get(`${box.url}/api/v1/books`)
  expect([refused.status(), await refused.json()]).toMatchObject([
    403,
    { reason: 'SECOND_STEP_NEEDED' },
  ])
  await expectAccessible(admin)
  await admin.getByRole('button', { name: 'Set it up' }).click()
  await admin.getByLabel('Your password, to begin').fill(PASSWORD)
  await admin.getByRole('button', { name: 'Begin' }).click()
  const shown = await admin.getByLabel('Or type this secret into the app').inputValue()
  const code = new TOTP({ secret: shown.replaceAll(' ', '') }).generate()
  await admin.getByLabel('Code that the app shows').fill(code)
  await admin.getByRole('button', { name: 'Switch it on' }).click()
  await admin.getByRole('button', { name: 'I have saved them' }).click()
  await expect(admin.getByText('Administrators of this box sign in with a code.')).toBeHidden()
  await expect(admin.getByRole('button', { name: 'Switch it off' })).toHaveCount(0)
  await admin.goto(`${box.url}/admin/users`)
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Users')
})

test('people of a provider come in by its button, see what their groups may, and what was refused', async ({
  page,
}) => {
  const press = async (who: object | undefined) => {
    provider.state.who = who && { ...ADA, ...who }
    await page.context().clearCookies()
    await page.goto(`${box.url}/sign-in?from=%2Flibrary`)
    await page.getByRole('link', { name: 'Sign in with Corp' }).click()
  }
  await press(undefined)
  await expect(page.getByText('The sign-in service has not let you in.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Sign in with Corp' })).toBeVisible()
  await expectAccessible(page)

  await press({ groups: ['Engines', 'Chiefs'] })
  await expect(page).toHaveURL(`${box.url}/library`)
  await page.goto(`${box.url}/account`)
  await expect(page.getByText('Ada Lovelace').first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0)

  const headers = { origin: box.url }
  const ask = async (method: string, path: string, data?: object) => {
    const sent = { method, headers, ...(data && { data }) }
    const answer = await admin.request.fetch(`${box.url}/api/v1${path}`, sent)
    expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true)
    return (answer.status() === 204 ? {} : await answer.json()) as {
      id: string
      items: { id: string; name: string }[]
    }
  }
  const { items } = await ask('GET', '/directory/groups')
  const groupId = (name: string) => items.find((group) => group.name === name)?.id ?? ''
  const book = await ask('POST', '/books', { name: 'Book of engines' })
  const grant = { group_id: groupId('Engines'), role: 'viewer' }
  await ask('POST', `/books/${book.id}/grants`, grant)
  await ask('PUT', `/directory/groups/${groupId('Chiefs')}`, { org_role: 'admin' })
  await page.goto(`${box.url}/library`)
  await expect(page.getByText('Book of engines').first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toBeVisible()

  // Without its groups she is somebody like any other, from the next sign-in on at the latest.
  await press({ groups: [] })
  await expect(page).toHaveURL(`${box.url}/library`)
  await expect(page.getByRole('link', { name: 'Search' }).first()).toBeVisible()
  await expect(page.getByText('Book of engines')).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0)
})

test('the audit tells administrators by which door somebody came in, or did not', async () => {
  const { items } = (await (
    await admin.request.get(`${box.url}/api/v1/audit?action=session`)
  ).json()) as {
    items: { action: string; user_name: string | null; door: string; detail: object }[]
  }
  const told = items.map(({ action, door, detail }) => ({ action, door, detail }))
  expect(told).toContainEqual({ action: 'session.create', door: 'web', detail: { by: 'oidc' } })
  expect(told).toContainEqual({ action: 'session.create', door: 'api', detail: { by: 'password' } })
  const reason = 'OIDC_REFUSED'
  const refused = { action: 'session.refuse', door: 'web', detail: { by: 'oidc', reason } }
  expect(told).toContainEqual(refused)
})
