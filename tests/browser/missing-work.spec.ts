import { eventually } from '../flows/running-box.ts'
import { recording } from '../recording.ts'
import { expect, test } from './start.ts'
import { expectAccessible } from './visit.ts'

// A recording is looked at twice, and the page in two themes and widths, on a machine that may be busy.
test.setTimeout(240_000)

test('Health says how much waits for a missing model, and has it read again', async ({
  inside: page,
  product: { box },
}) => {
  const form = new FormData()
  form.set('file', new File([Buffer.from(recording([['delta', 1]]))], 'waiting.wav'))
  const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  expect(answer.status).toBe(201)
  const waits = () =>
    eventually(async () => {
      const { items } = await box.json<{ items: { step: string; contents: number }[] }>(
        '/api/v1/understanding/missing',
      )
      return items.find(({ step, contents }) => step === 'speech' && contents === 1)
    }, 90_000)
  await waits()
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 })
    await page.goto('/admin/health')
    const missing = page.getByRole('region', { name: 'Waiting for a program or model' })
    const speech = missing.getByRole('listitem').filter({ hasText: 'Write down speech' })
    await expect(speech).toContainText('1 content')
    await expect(speech).toContainText('add a speech model under Models')
    await expectAccessible(page)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide).toBeLessThanOrEqual(0)
  }
  const asked = page.waitForRequest(/understanding\/repeat$/)
  await page.getByRole('button', { name: 'Read them now: Write down speech' }).click()
  expect((await asked).postDataJSON()).toEqual({ step: 'speech', only_missing: true })
  await expect(page.getByText('1 content is read now, after everything new')).toBeVisible()
  await waits()
})
