import { expect, type Locator, type Page, type Request } from '@playwright/test'

/** The browser's dialog cannot be driven; the button that opens it must be there for people. */
export async function choose(page: Page): Promise<Locator> {
  await expect(page.getByRole('button', { name: 'Add files' })).toBeEnabled()
  return page.getByTestId('pick-files')
}

export const rowOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) })

export const figure = (page: Page, name: string) =>
  page
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${name}$`) })
    .locator('xpath=following-sibling::dd')

/**
 * Lets that many bodies of files and parts through and holds back all others, until the function it
 * gives is called: how fast the machine is decides nothing.
 */
export async function holdBodies(page: Page, letThrough = 0): Promise<() => void> {
  const gate = Promise.withResolvers<void>()
  let count = 0
  await page.route('**/u/*', async (route) => {
    if (++count > letThrough) await gate.promise
    // The page may have given it up meanwhile.
    await route.continue().catch(() => {})
  })
  return () => gate.resolve()
}

/** Every body of a file or a part that the page sends from now on. */
export function bodiesOf(page: Page): Request[] {
  const bodies: Request[] = []
  page.on('request', (request) => {
    if (request.method() === 'PUT') bodies.push(request)
  })
  return bodies
}

/** Bytes that went over the wire as bodies, as the browser says of its own requests. */
export async function bytesOf(requests: readonly Request[]): Promise<number> {
  const lengths = requests.map(async (request) =>
    Number((await request.allHeaders())['content-length'] ?? 0),
  )
  return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0)
}

/** How many records of uploads the browser has, of whoever. */
export const recordsOf = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(async () => {
    const counts: Record<string, number> = { items: 0, fingerprints: 0, copies: 0 }
    const known = await indexedDB.databases()
    if (!known.some(({ name }) => name === 'onefold-uploads')) return counts
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () =>
          reject(new Error('the store cannot be read', { cause: request.error }))
      })
    const db = await settled(indexedDB.open('onefold-uploads'))
    for (const name of db.objectStoreNames) {
      counts[name] = await settled(db.transaction(name).objectStore(name).count())
    }
    db.close()
    return counts
  })
