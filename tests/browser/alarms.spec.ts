import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

let box: RunningBox

test.beforeAll(async () => {
  box = await startBox({ ONEFOLD_LIMIT_ALARM_UPLOADS: '2', ONEFOLD_UPLOAD_URL_TTL_MS: '1000' })
})

test.afterAll(() => box?.stop())

test('health names who asks and never sends, until an administrator lets it be', async ({
  page,
}) => {
  const { token, id } = await box.addPerson('mallory')
  const { items } = await box.json<{ items: { id: string }[] }>('/api/v1/books')
  const grant = { user_id: id, role: 'contributor' }
  await box.json(`/api/v1/books/${items[0]?.id}/grants`, { method: 'POST', body: grant })
  const request = (doc_name: string) =>
    box.json('/upload/request', { method: 'POST', token, body: { doc_name, file_size: 3 } })
  for (const name of ['a', 'b', 'c']) await request(`${name}.txt`)
  // Noticed with a later request, once the addresses of the first have ended.
  let asked = 0
  await eventually(async () => {
    await request(`more ${asked++}.txt`)
    return (await box.json<{ items: unknown[] }>('/api/v1/alarms')).items.length > 0
  })

  await visit(page, box, { path: '/admin/health' })
  const alarm = page.getByRole('listitem').filter({ hasText: 'mallory' })
  await expect(alarm).toContainText('In force')
  await expect(alarm).toContainText('files were asked for and never sent')
  await expectAccessible(page)
  await alarm.getByRole('button', { name: 'forget it: mallory' }).click()
  await expect(alarm).toHaveCount(0)
  await expect(page.getByText('catalog')).toBeVisible()
})
