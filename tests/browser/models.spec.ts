import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskModelShelf } from '../../adapters/models/shelf.ts'
import { fingerprintOf, signerFrom } from '../../core/models/signature.ts'
import { makeTinyModel, TINY_MODELS } from '../../scripts/tiny-models.ts'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

const lab = signerFrom(new Uint8Array(32).fill(5))
const NAME = TINY_MODELS.image

let box: RunningBox
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-bundle-'))
  box = await startBox()
})

test.afterAll(async () => {
  await box?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A file as another box exports it. */
async function bundle(): Promise<string> {
  const { signal } = new AbortController()
  const shelf = diskModelShelf(join(folder, 'models'), () => 0)
  await makeTinyModel('image', shelf.dir)
  const made = await shelf.find('image')
  if (made) await shelf.adopt(made, 'MIT', { signal })
  const models = (await shelf.list()).filter(({ state }) => state === 'whole')
  const file = join(folder, 'pictures.onefold')
  await shelf.carrier.pack(models, file, { signer: lab, signal })
  return file
}

test('a model comes in by a signed file, is measured, verified and removed', async ({ page }) => {
  test.setTimeout(300_000)
  await visit(page, box, { path: '/admin/models' })
  await expect(page.getByText('onefold models add onnx-community/whisper-base')).toBeVisible()
  await expect(page.getByRole('rowheader', { name: /tesseract\/deu/ })).toBeVisible()
  await expectAccessible(page)

  await page.getByTestId('pick-bundle').setInputFiles(await bundle())
  const work = page.getByRole('listitem', { name: 'Importing pictures.onefold' })
  await expect(work).toContainText('Asks you', { timeout: 90_000 })
  await expect(work).toContainText(fingerprintOf(lab.publicKey))
  await expect(work).toContainText(NAME)
  await expectAccessible(page)
  await work.getByRole('button', { name: 'Trust this key once' }).click()
  const row = page.getByRole('row').filter({ hasText: NAME })
  await expect(row).toContainText('Whole', { timeout: 90_000 })
  await expect(row).toContainText('MIT')

  await row.getByRole('button', { name: `Measure ${NAME}` }).click()
  await expect(row).toContainText('pictures/s', { timeout: 90_000 })
  await row.getByRole('button', { name: `Verify ${NAME}` }).click()
  await expect(row).toContainText('Right', { timeout: 90_000 })

  await row.getByRole('button', { name: `Remove ${NAME}` }).click()
  const question = page.getByRole('dialog', { name: `Remove ${NAME}?` })
  await expect(question).toContainText('The box works with it.')
  await question.getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0, { timeout: 90_000 })
})
