import type { Page } from '@playwright/test'
import type { RunningBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

let box: RunningBox
/** A file in a chapter that agnes views by her own grant and her group contributes to. */
let planId: string

test.beforeAll(async ({ plain }) => {
  box = plain
  const make = (path: string, body: object) =>
    box.json<{ id: string }>(path, { method: 'POST', body })
  const { id: bookId } = await make('/api/v1/books', { name: 'Power station' })
  const { id: chapterId } = await make(`/api/v1/books/${bookId}/chapters`, { name: 'Unit 9' })
  const agnes = await box.addPerson('agnes')
  await box.addPerson('oskar')
  const { id: groupId } = await make('/api/v1/groups', { name: 'Inspectors' })
  await box.call(`/api/v1/groups/${groupId}/members/${agnes.id}`, { method: 'PUT' })
  await make(`/api/v1/chapters/${chapterId}/grants`, { group_id: groupId, role: 'contributor' })
  await make(`/api/v1/chapters/${chapterId}/grants`, { user_id: agnes.id, role: 'viewer' })
  const form = new FormData()
  form.set('chapter_id', chapterId)
  form.set('file', new File(['the plan of unit nine'], 'plan.txt'))
  const stored = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  planId = ((await stored.json()) as { document_id: string }).document_id
})

const person = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

test('the file page tells administrators who can see the file and why, others of themselves', async ({
  page,
}) => {
  await visit(page, box, { path: `/file/${planId}?tab=access` })
  const panel = page.getByRole('tabpanel')
  await expect(panel.getByText('2 people can see this')).toBeVisible()
  const agnes = panel.getByRole('listitem').filter({ hasText: 'agnes' })
  await expect(agnes).toContainText('Contributor · by the group Inspectors, in the chapter')
  await expect(agnes).toContainText('Viewer · own role in the chapter')
  await expect(panel).toContainText('administers the organization')
  await expect(panel.getByText('oskar')).toHaveCount(0)
  await expectAccessible(page)
  await visit(page, box, { as: 'agnes', path: `/file/${planId}?tab=access` })
  await expect(panel).toContainText('You can see this. Your role here: Contributor')
  await expect(panel).toContainText('told to administrators of the book')
})

test('Admin tells what a person can see, and looks as them, to read, until it is ended', async ({
  page,
}) => {
  await visit(page, box, { path: '/admin/users' })
  const menu = async (item: string) => {
    await person(page, 'agnes').first().getByRole('button').click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await menu('What this person can see')
  const drawer = page.getByRole('dialog')
  await expect(drawer).toContainText('Chapter Unit 9: Contributor')
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await menu('See as this person')
  await page.getByRole('button', { name: 'See as agnes' }).click()
  const banner = page.getByRole('status').filter({ hasText: 'You see Onefold as agnes.' })
  await expect(banner).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0)
  await expect(page.getByText('Power station').first()).toBeVisible()
  await expectAccessible(page)
  await page.goto(`${box.url}/file/${planId}`)
  await expect(banner).toBeVisible()
  await expect(page.getByRole('heading', { name: 'plan.txt' })).toBeVisible()
  const refused = await page.request.delete(`${box.url}/api/v1/documents/${planId}`, {
    headers: { origin: box.url },
  })
  expect(refused.status()).toBe(403)

  await page.getByRole('button', { name: 'Back to my own view' }).click()
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible()
  await expect(banner).toHaveCount(0)
  await page.goto(`${box.url}/admin/audit`)
  await expect(page.getByText('see_as').or(page.getByText('as agnes')).first()).toBeVisible()
})
