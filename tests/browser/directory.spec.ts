import { Attribute, Change } from 'ldapts'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import {
  groupDn,
  groupLdif,
  HAS_SLAPD,
  personDn,
  personLdif,
  SERVICE,
  type Slapd,
  slapd,
} from '../slapd.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

const CLERKS = Array.from({ length: 9 }, (_, i) => `clerk${i}`)

test.skip(!HAS_SLAPD, 'slapd is not installed')

let server: Slapd
let box: RunningBox

test.beforeAll(async () => {
  server = await slapd({
    ldif: [
      ...['vera', ...CLERKS].map((uid) => personLdif(uid)),
      groupLdif('engineers', [personDn('vera')]),
      groupLdif('house', [groupDn('engineers'), ...CLERKS.map(personDn)]),
      groupLdif('strangers', [personDn('clerk1')]),
    ].join(''),
  })
  box = await startBox({
    ONEFOLD_LDAP_URL: `ldap://127.0.0.1:${server.port}`,
    ONEFOLD_LDAP_CLEAR_TEXT: 'loopback',
    ONEFOLD_LDAP_BIND_DN: SERVICE.bindDn,
    ONEFOLD_LDAP_BIND_PASSWORD: SERVICE.bindPassword,
  })
})

test.afterAll(async () => {
  await box?.stop()
  await server?.stop()
})

test('people of the directory see the books of their groups, and lose one within a minute of leaving', async ({
  page,
  browser,
}) => {
  await visit(page, box, { path: '/admin/directory' })
  await expect(page.getByText('Up to date')).toBeVisible({ timeout: 60_000 })

  await page.getByRole('textbox', { name: 'Name of a person' }).fill('vera')
  await page.getByRole('button', { name: 'Test the directory' }).click()
  const steps = page.getByTestId('directory-steps').getByRole('listitem')
  await expect(steps).toHaveCount(7)
  await expect(page.getByTestId('directory-person')).toContainText('engineers, house')
  await expectAccessible(page)

  for (const group of ['engineers', 'house', 'strangers']) {
    const name = `Book of ${group}`
    const { id } = await box.json('/api/v1/books', { method: 'POST', body: { name } })
    const { items } = await box.json<{ items: { id: string; name: string }[] }>('/api/v1/groups')
    const group_id = items.find((each) => each.name === group)?.id
    const body = { group_id, role: 'viewer' }
    await box.json(`/api/v1/books/${id}/grants`, { method: 'POST', body })
  }

  const own = await browser.newContext()
  const vera = await own.newPage()
  await vera.goto(`${box.url}/library`)
  await vera.getByLabel('User name').fill('vera')
  await vera.getByRole('textbox', { name: 'Password' }).fill('vera pw')
  await vera.getByRole('button', { name: 'Sign in' }).click()
  const books = vera.getByText(/^Book of /)
  // What the group around her own one sees, too, and nothing that neither does.
  await expect(vera.getByText('Book of engineers').first()).toBeVisible()
  await expect(vera.getByText('Book of house').first()).toBeVisible()
  expect(new Set(await books.allTextContents())).toEqual(
    new Set(['Book of engineers', 'Book of house']),
  )

  await server.change((client) =>
    client.modify(
      groupDn('engineers'),
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'member', values: [personDn('clerk0')] }),
      }),
    ),
  )
  const from = Date.now()
  // Nobody touches the page: it is told by its stream of events.
  await expect(books).toHaveCount(0, { timeout: 120_000 })
  const cookies = (await own.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${box.url}/api/v1/books`, { headers: { cookie: cookies } })
  expect(await answer.json()).toMatchObject({ items: [] })
  // The clocks of the box and of this test are one.
  expect(Date.now() - from, 'ms until the open page showed it').toBeLessThanOrEqual(60_000)
  await own.close()
})

test('what would vanish waits for a yes', async ({ page }) => {
  await server.change(async (client) => {
    for (const uid of CLERKS.slice(1, 6)) await client.del(personDn(uid))
  })
  await visit(page, box, { path: '/admin/directory' })
  await page.getByRole('button', { name: 'Take over now' }).click()
  await expect(page.getByText('5 of 10 people')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Agree, let them go' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Agree, let them go' }).click()
  await expect(page.getByText('Up to date')).toBeVisible()
  await expect(page.getByText('5 of 10 people')).toBeHidden()
})
