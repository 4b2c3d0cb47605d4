import { eventually } from '../flows/running-box.ts'
import { expect, type Product, test } from './start.ts'
import { expectAccessible } from './visit.ts'

const CLAUSES = Array.from(
  { length: 60 },
  (_, at) => `Clause ${at + 1}: keeper ${at * 3} greases the bearing of winch ${at * 7} by hand.`,
)

// Files are read first, and the page is looked over in two themes: on a busy machine that takes a while.
test.setTimeout(180_000)

async function stored({ box }: Product, name: string, content: string): Promise<string> {
  const form = new FormData()
  form.set('file', new File([content], name))
  const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { document_id: string }).document_id
}

test('what is almost the same is beside the file, and leads to what differs', async ({
  inside: page,
  product,
}) => {
  const final = await stored(product, 'contract-final.txt', CLAUSES.join('\n'))
  const draft = CLAUSES.with(30, 'Clause 31 was struck out by the harbour office.')
  await stored(product, 'contract-draft.txt', draft.join('\n'))
  await eventually(async () => {
    const path = `/api/v1/documents/${final}/near`
    return (await product.box.json<{ items: unknown[] }>(path)).items.length > 0
  }, 90_000)
  await page.goto(`/file/${final}`)
  const near = page.getByRole('region', { name: 'Almost the same' })
  await expect(near.getByRole('link', { name: 'contract-draft.txt' })).toBeVisible()
  await expect(near.getByText(/\d\d\s?% of the text in common/)).toBeVisible()
  await expectAccessible(page)
  await near.getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByRole('heading', { name: 'Compare files' })).toBeVisible()
  await expect(page.getByText('1 passage added')).toBeVisible()
  await expect(page.getByRole('link', { name: 'contract-draft.txt' })).toBeVisible()
})
