import { execFile } from 'node:child_process'
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { eventually } from '../flows/running-box.ts'
import { recording } from '../recording.ts'
import { expect, type Product, test } from './start.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
/** Every format, with `EVERY_FORMAT=1`; else one for each way of showing one. */
const EVERY = Boolean(process.env.EVERY_FORMAT)

const text = (page: Page) => page.getByRole('region', { name: 'Text of the file' })
const fitting = (page: Page) => page.getByRole('button', { name: /switch between fitting size/ })

/** How a file is shown; each waits for it. */
const SHOWN = {
  pages: (page: Page) =>
    expect(
      page.getByRole('region', { name: 'Pages of the file' }).locator('canvas').first(),
    ).toBeVisible(),
  words: (page: Page, words: string) => expect(text(page)).toContainText(words),
  lines: (page: Page, line: string) =>
    expect(text(page).locator(`[data-number="${line.split(' ')[0]}"]`)).toHaveText(
      line.slice(line.indexOf(' ') + 1),
    ),
  table: (page: Page, cell: string) =>
    expect(text(page).getByRole('cell', { name: cell, exact: true }).first()).toBeVisible(),
  picture: (page: Page) =>
    expect
      .poll(() =>
        fitting(page)
          .locator('img')
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBeGreaterThan(0),
  sound: (page: Page) => expect.poll(() => lengthOf(page, 'audio')).toBeGreaterThan(0.9),
  film: (page: Page) => expect.poll(() => lengthOf(page, 'video')).toBeGreaterThan(0.9),
  nothing: (page: Page, words: string) => expect(page.getByText(words)).toBeVisible(),
}

const lengthOf = (page: Page, tag: 'audio' | 'video') =>
  page.locator(tag).evaluate((element: HTMLMediaElement) => element.duration)

interface Kind {
  name: string
  as: keyof typeof SHOWN
  /** What can be read of it. */
  says?: string
  /** Shape of the picture of its first page, where it has one. */
  first?: 'upright' | 'across'
}

const LAMP = 'The keeper lights the lamp one hour before sunset'
const KINDS: readonly Kind[] = [
  { name: 'Cooling loop procedure.pdf', as: 'pages' },
  { name: 'handbook.docx', as: 'words', says: LAMP, first: 'upright' },
  { name: 'briefing.pptx', as: 'words', says: 'one hundred and forty steps', first: 'across' },
  { name: 'stores.xlsx', as: 'table', says: 'Barrel B1', first: 'upright' },
  { name: 'message.eml', as: 'words', says: 'four barrels of oil', first: 'upright' },
  { name: 'rounds.txt', as: 'lines', says: '2 Check the pump', first: 'upright' },
  { name: 'password.pdf', as: 'nothing', says: 'This PDF asks for a password' },
]

const ADDED: readonly Kind[] = [
  { name: 'handbook.doc', as: 'words', says: LAMP, first: 'upright' },
  { name: 'handbook.epub', as: 'words', says: LAMP, first: 'upright' },
  { name: 'handbook.html', as: 'words', says: LAMP, first: 'upright' },
  { name: 'notes.md', as: 'words', says: 'Check the valve', first: 'upright' },
  { name: 'readings.csv', as: 'table', says: 'cooling; loop', first: 'upright' },
  { name: 'inspect.py', as: 'lines', says: '5 def main():', first: 'upright' },
  { name: 'drawing.svg', as: 'picture', first: 'across' },
  { name: 'sign.heic', as: 'picture', first: 'across' },
  { name: 'talk.mp3', as: 'sound', first: 'across' },
  { name: 'film.webm', as: 'film', first: 'across' },
  { name: 'data.bin', as: 'nothing', says: 'It is stored and found by its name.' },
]

const OTHERS: readonly Kind[] = [
  { name: 'logbook.pdf', as: 'pages' },
  { name: 'handbook.odt', as: 'words', says: LAMP, first: 'upright' },
  { name: 'handbook.rtf', as: 'words', says: LAMP, first: 'upright' },
  { name: 'briefing.odp', as: 'words', says: 'forty steps', first: 'across' },
  { name: 'stores.ods', as: 'table', says: 'Barrel B1', first: 'upright' },
  { name: 'stores.xls', as: 'table', says: 'Barrel B1', first: 'upright' },
  { name: 'buoy.jpg', as: 'picture', first: 'upright' },
  ...['png', 'webp', 'gif', 'tiff'].map(
    (as): Kind => ({ name: `sign.${as}`, as: 'picture', first: 'across' }),
  ),
  ...['wav', 'flac', 'ogg'].map(
    (as): Kind => ({ name: `talk.${as}`, as: 'sound', first: 'across' }),
  ),
  ...['mp4', 'mkv'].map((as): Kind => ({ name: `film.${as}`, as: 'film', first: 'across' })),
]

const RUNS = '<script>document.title = "it ran"</script>'

const MADE: Record<string, string> = {
  'notes.md': `# Rounds\n\n- Check the **valve**\n\n${RUNS}\n`,
  'readings.csv': 'name;note\nUnit four;"cooling; loop"\nUnit five;pump\n',
  'inspect.py': 'import sys\n\n\n\ndef main():\n    print(400)\n',
  'drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">${RUNS}<circle cx="45" cy="30" r="20"/></svg>`,
  'data.bin': '\u0000\u0001\u0002\u0003nothing that anybody knows\u0000',
}

/** Makes the file, outside of the share: what is watched comes in whole. */
async function make(name: string, path: string): Promise<void> {
  const [stem, ending = ''] = name.split('.')
  const ffmpeg = (...args: string[]) =>
    promisify(execFile)('ffmpeg', ['-v', 'error', ...args, path])
  if (MADE[name] !== undefined) return writeFile(path, MADE[name])
  if (stem === 'talk') {
    await writeFile(`${path}.wav`, recording([['alpha', 1]]))
    await ffmpeg('-i', `${path}.wav`)
  } else if (stem === 'film') {
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=96x54:rate=5:duration=1')
  } else if (stem === 'sign' && ending !== 'heic') {
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#27c' } }).toFile(path)
  } else {
    await copyFile(join(FIXTURES, name), path)
  }
}

async function putAll({ box }: Product, kinds: readonly Kind[]): Promise<void> {
  const [made, folder] = [join(box.dataDir, 'made'), join(box.dataDir, 'shares', 'inbox', 'Kinds')]
  await Promise.all([made, folder].map((path) => mkdir(path, { recursive: true })))
  for (const { name } of kinds) {
    await make(name, join(made, name))
    await rename(join(made, name), join(folder, name))
  }
}

const UNDER_WAY = ['waiting', 'working']

interface Described {
  id: string
  understanding: string
  has_preview: boolean
  processing: { step: string; state: string }[]
}

/** The document, as soon as its picture has been made, or cannot be. */
const described = ({ box, idOf }: Product, name: string) =>
  eventually(async () => {
    const id = await idOf(name).catch(() => undefined)
    const document = id && (await box.json<Described>(`/api/v1/documents/${id}`))
    if (!document) return undefined
    const made = document.processing.find(({ step }) => step === 'preview')
    const isUnknown = made === undefined && document.understanding === 'no_text'
    const isMade = made !== undefined && !UNDER_WAY.includes(made.state)
    const isRead = !UNDER_WAY.includes(document.understanding)
    return isRead && (isMade || isUnknown) ? document : undefined
  }, 240_000)

test('every kind of file is shown: its pages, words, cells or picture, or a player, or why not', async ({
  inside: page,
  product,
}) => {
  const added = EVERY ? [...ADDED, ...OTHERS] : ADDED
  test.setTimeout(300_000 + added.length * 20_000)
  await putAll(product, added)
  for (const { name, as, says = '', first } of [...KINDS, ...added]) {
    const { id, has_preview } = await described(product, name)
    await test.step(`${name}: ${as}`, async () => {
      await page.goto(`/file/${id}`)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
      await SHOWN[as](page, says)
      await expect(page.getByRole('link', { name: 'Download' }).first()).toBeVisible()
      expect(await page.title()).not.toContain('it ran')
      expect(has_preview, 'a picture of the first page').toBe(as === 'pages' || first !== undefined)
      if (first) expect(await shapeOf(page, id)).toBe(first)
    })
  }
})

/** The picture of the first page, painted anew whatever the file is. */
async function shapeOf(page: Page, id: string): Promise<string> {
  const answer = await page.request.get(`/api/v1/documents/${id}/preview`)
  expect(answer.headers()['content-type']).toBe('image/webp')
  const { width, height } = await sharp(await answer.body()).metadata()
  return width > height ? 'across' : 'upright'
}
