import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import type { RunningBox } from '../flows/running-box.ts'

const PASSWORD = 'flow-test-password'

type Address = Pick<RunningBox, 'url'>

/** Signs somebody in without the form. */
export async function signIn(page: Page, box: Address, username = 'admin'): Promise<void> {
  const answer = await page.request.post(`${box.url}/api/v1/session`, {
    headers: { origin: box.url },
    data: { username, password: PASSWORD },
  })
  expect(answer.ok()).toBe(true)
}

/** Signs somebody in and goes to `path`. */
export async function visit(
  page: Page,
  box: Address,
  { as = 'admin', path }: { as?: string; path: string },
): Promise<void> {
  await signIn(page, box, as)
  await page.goto(box.url + path)
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** The rules that the theme makes a difference to: the page is the same but for its colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** Looks for all breaches of WCAG 2.2 AA and the best practices, or for those that a theme can make. */
export const axeFor = (page: Page, which: 'all' | 'colours'): AxeBuilder => {
  // In the page itself: the other way opens a second page for every look. It would see into frames of
  // other origins, of which there are none.
  // What was found right is not written down: on a long page that costs more than looking.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  return which === 'all' ? axe.withTags(RULES) : axe.withRules(COLOUR_RULES)
}

/**
 * Checks WCAG 2.2 AA and the best practices in the light theme, the colours in the dark one too. Menus
 * and toasts live outside of landmarks by nature, so that one practice is left out.
 */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const which = colorScheme === 'light' ? 'all' : 'colours'
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // The page follows the system a moment later; in between its colours are of neither theme.
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    // A busy machine paints the theme after it has named it: what stays wrong is wrong.
    await expect(async () => {
      const { violations } = await axeFor(page, which).disableRules('region').analyze()
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
      expect(told, colorScheme).toEqual([])
    }).toPass({ timeout: 40_000 })
  }
}

/** Every address outside of `origin` that the page asks for from now on. */
export function foreignRequests(page: Page, origin: string): string[] {
  const foreign: string[] = []
  page.on('request', (request) => {
    const isOwn = /^(data|blob):/.test(request.url()) || request.url().startsWith(origin)
    if (!isOwn) foreign.push(request.url())
  })
  return foreign
}

/** Drops files and folders of this machine onto the middle of the window, as a person would. */
export async function dropOnPage(page: Page, paths: readonly string[]): Promise<void> {
  const browser = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    browser.send('Input.dispatchDragEvent', { type, x: 800, y: 500, data })
  const invitation = page.getByText(/^Let go to add/)
  // A drop that comes before the page has said that it takes files is no drop.
  await expect(async () => {
    await send('dragEnter')
    await send('dragOver')
    await expect(invitation).toBeVisible({ timeout: 1000 })
    await send('dragOver')
    await send('drop')
    await expect(invitation).toHaveCount(0, { timeout: 1000 })
  }).toPass()
}
