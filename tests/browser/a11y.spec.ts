import type AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, type Product, SENTENCE, test } from './start.ts'
import { axeFor } from './visit.ts'

interface Screen {
  name: string
  path: string | ((product: Product) => Promise<string>)
  /** Brings the page into the state to look at; the default waits for its heading. */
  ready?: (page: Page) => Promise<unknown>
  /** What `ready` opens closes when the window becomes another one: it is opened once for each width. */
  opens?: true
}

const file = (name: string, rest: string) => async (product: Product) =>
  `/file/${await product.idOf(name)}${rest}`

const SCREENS: readonly Screen[] = [
  {
    name: 'search, before',
    path: '/search',
    ready: (page) => page.getByText('Changed last').waitFor(),
  },
  {
    name: 'search, hits',
    path: '/search?q=unit',
    ready: (page) => page.locator('[data-hit]').first().waitFor(),
  },
  { name: 'search, nothing', path: '/search?q=xylophonquartz&type=pdf' },
  {
    name: 'palette',
    path: '/search',
    opens: true,
    ready: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByLabel('Search files, or type a command').fill('cooling')
      await page.getByRole('dialog').getByText('procedure.pdf').first().waitFor()
    },
  },
  {
    name: 'account menu',
    path: '/search',
    opens: true,
    ready: async (page) => {
      await page.getByRole('button', { name: /^Account of/ }).click()
      await page.getByRole('menuitem').first().waitFor()
    },
  },
  {
    name: 'PDF at its page',
    path: file(
      'Cooling loop procedure.pdf',
      `?page=7&q=cooling&hit=${encodeURIComponent(SENTENCE)}`,
    ),
    ready: (page) => page.locator('[data-hit-mark]').first().waitFor(),
  },
  { name: 'PDF locked, steps', path: file('password.pdf', '?tab=processing') },
  {
    name: 'document text, versions',
    path: file('handbook.docx', '?tab=versions'),
    ready: (page) => page.getByText('current', { exact: true }).waitFor(),
  },
  {
    name: 'sheet',
    path: file('stores.xlsx', ''),
    ready: (page) => page.getByRole('table').first().waitFor(),
  },
  { name: 'slides', path: file('briefing.pptx', '') },
  { name: 'mail', path: file('message.eml', '') },
  { name: 'lines', path: file('rounds.txt', '?line=2') },
  {
    name: 'file menu',
    path: file('rounds.txt', ''),
    opens: true,
    ready: async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem').first().waitFor()
    },
  },
  { name: 'absent file', path: '/file/019a0000-0000-7000-8000-000000000000' },
  { name: 'absent page', path: '/no/such/page' },
  { name: 'account', path: '/account' },
  {
    name: 'new token',
    path: '/account',
    opens: true,
    ready: (page) => page.getByRole('button', { name: 'New token' }).click(),
  },
  { name: 'library', path: '/library' },
  { name: 'trash', path: '/library/trash' },
  { name: 'uploads', path: '/uploads' },
  { name: 'activity', path: '/activity' },
  ...['users', 'groups', 'books', 'shares', 'models', 'storage', 'health', 'traces', 'audit'].map(
    (section) => ({
      name: `admin, ${section}`,
      path: `/admin/${section}`,
    }),
  ),
]

const WIDTHS = [1280, 390]

const setWidth = (page: Page, width: number) => page.setViewportSize({ width, height: 844 })

test('every screen passes the rules of WCAG 2.2 AA, light and dark, wide and narrow', async ({
  inside: page,
  product,
}) => {
  test.setTimeout(900_000)
  for (const { name, path, ready, opens } of SCREENS) {
    for (const width of WIDTHS) {
      await setWidth(page, width)
      if (opens || width === WIDTHS[0]) {
        await page.goto(typeof path === 'string' ? path : await path(product))
        await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
      }
      await ready?.(page)
      await expectClean(page, `${name}, ${width} px`)
    }
  }
})

test('the sign-in page does too, also after a wrong password', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill('nobody')
  for (const width of WIDTHS) {
    await setWidth(page, width)
    await expectClean(page, `sign-in, ${width} px`)
  }
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').first().waitFor()
  for (const width of WIDTHS) {
    await setWidth(page, width)
    await expectClean(page, `sign-in, wrong, ${width} px`)
  }
})

test('the main things can be reached on a phone', async ({ inside: page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/search')
  await page.getByRole('button', { name: 'Open menu' }).click()
  await page.getByRole('link', { name: 'Library' }).click()
  await expect(page).toHaveURL(/\/library/)
  await page.goto('/search?q=unit')
  await page.getByRole('button', { name: 'Filters' }).click()
  await page.getByRole('dialog').getByRole('checkbox', { name: /^PDF/ }).check()
  await expect(page).toHaveURL(/type=pdf/)
})

test('the first key press leads past the header', async ({ inside: page }) => {
  await page.goto('/account')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  await expect(skip).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})

/** Colours are wrong half-way through a transition. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    const running = document.getAnimations().filter(({ effect }) => {
      const end = effect?.getComputedTiming().endTime
      return typeof end === 'number' && Number.isFinite(end)
    })
    await Promise.allSettled(running.map(({ finished }) => finished))
  })

/** No breach of the rules in either theme, and nothing wider than the screen. */
async function expectClean(page: Page, screen: string): Promise<void> {
  await showTheme(page, 'light')
  expect.soft(await breaches(page, axeFor(page, 'all')), screen).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect.soft(overflow, `${screen} is wider than the screen`).toBeLessThanOrEqual(0)
  await showTheme(page, 'dark')
  const dark = await breaches(page, axeFor(page, 'colours'))
  expect.soft(dark, `${screen}, dark`).toEqual([])
}

async function showTheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
}

/** What breaks the rules and stays: a busy machine may paint a change a moment later. */
async function breaches(page: Page, axe: AxeBuilder): Promise<string[]> {
  // What stands on the pages of a PDF is its author's affair.
  axe.exclude('.pdfViewer')
  let found: string[] = []
  for (let look = 0; look < 3; look++) {
    await settled(page)
    const { violations } = await axe.analyze()
    found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    if (found.length === 0) break
  }
  return found
}
