import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from '@playwright/test'
import { makeTinyModel, TINY_MODELS } from '../../scripts/tiny-models.ts'
import { eventually } from '../flows/running-box.ts'
import { recording } from '../recording.ts'
import { expect, type Product, test } from './start.ts'

const models = ({ box }: Product) => join(box.dataDir, 'models')

/** Words a second that the tiny model hears: see `tests/sounds.ts`. */
const SPOKEN = [
  ['alpha', 4],
  ['pause', 2],
  ['bravo', 4],
  ['pause', 2],
  ['charlie', 4],
] as const

test.describe('a film that somebody has listened to', () => {
  test.beforeAll(async ({ product }) => {
    test.setTimeout(180_000)
    await makeTinyModel('speech', models(product))
    await putFilm(product, 'lighthouse.webm')
    await eventually(async () => {
      const { hits } = await product.box.json<{ hits: unknown[] }>('/api/v1/search?q=charlie')
      return hits.length > 0
    }, 150_000)
  })

  test.afterAll(async ({ product }) => {
    await rm(join(models(product), TINY_MODELS.speech), { recursive: true, force: true })
  })

  test('opens at the second of a hit, follows what is heard and seeks', async ({
    inside: page,
  }) => {
    await page.goto('/search?q=charlie')
    await page
      .getByRole('link', { name: /lighthouse/ })
      .first()
      .click()
    const video = page.locator('video')
    await expect.poll(() => timeOf(video)).toBeGreaterThan(10)
    const current = page.locator('[aria-current="true"]', { hasText: 'charlie' })
    await expect(current).toBeVisible()
    await expect(current.locator('mark')).toHaveText('charlie')

    const bravo = segments(page).filter({ hasText: 'bravo' }).first()
    await bravo.click()
    await expect.poll(() => timeOf(video)).toBeLessThan(9)
    await expect(bravo).toHaveAttribute('aria-current', 'true')

    await bravo.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect.poll(() => timeOf(video)).toBeLessThan(5)
    await expect(page.locator('[aria-current="true"]', { hasText: 'alpha' })).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('button', { name: 'Follow what is heard' }).click()
    await video.evaluate((element: HTMLVideoElement) => {
      element.muted = true
      element.playbackRate = 8
      return element.play()
    })
    await expect(page.locator('[aria-current="true"]', { hasText: 'charlie' })).toBeVisible()
  })

  test('says in which language, who heard it and how much; captions and text are saved', async ({
    inside: page,
    product,
  }) => {
    const id = await product.idOf('lighthouse.webm')
    await page.goto(`/file/${id}`)
    const said = page.getByRole('region', { name: 'What is said' })
    await expect(said).toContainText('English')
    await expect(said).toContainText('1 of 1 minute')
    await expect(said).toContainText('written down by onefold/tiny-tones')
    const saving = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save as captions' }).click()
    expect((await saving).suggestedFilename()).toBe('lighthouse.webm.vtt')
    const cues = await page.locator('video').evaluate(async (element: HTMLVideoElement) => {
      const [track] = element.textTracks
      if (track) track.mode = 'hidden'
      await new Promise<void>((resolve) => {
        const look = () => (track?.cues?.length ? resolve() : setTimeout(look, 100))
        look()
      })
      return track?.cues?.length
    })
    expect(cues).toBe(12)
    const text = await product.box.call(`/api/v1/documents/${id}/transcript?format=txt`)
    expect(await text.text()).toMatch(/^\[00:00:00\] alpha\n/)
  })
})

test('a recording nobody has listened to says what is missing, and plays', async ({
  inside: page,
  product,
}) => {
  const path = join(product.box.dataDir, 'shares', 'inbox', 'unheard.wav')
  await writeFile(path, recording([['delta', 2]]))
  await eventually(async () => {
    const id = await product.idOf('unheard.wav').catch(() => undefined)
    const found = id && (await product.box.json(`/api/v1/documents/${id}`))
    return found && !['waiting', 'working'].includes(String(found.understanding))
  }, 90_000)
  await page.goto(`/file/${await product.idOf('unheard.wav')}`)
  await expect(page.getByText('There is no speech model on this box.')).toBeVisible()
  const length = page.locator('audio')
  await expect
    .poll(() => length.evaluate((element: HTMLAudioElement) => element.duration))
    .toBeCloseTo(2, 0)
})

/** A film in the watched share, with sound in which the tiny model hears words. */
async function putFilm({ box }: Product, name: string): Promise<void> {
  const sound = join(box.dataDir, 'said.wav')
  await writeFile(sound, recording(SPOKEN))
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=16']
  const made = join(box.dataDir, name)
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', sound, ...picture, made])
  await promisify(execFile)('mv', [made, join(box.dataDir, 'shares', 'inbox', name)])
  await rm(sound)
}

const segments = (page: Page) => page.getByRole('listitem').getByRole('button')

const timeOf = (video: Locator) =>
  video.evaluate((element: HTMLVideoElement) => element.currentTime)
