import { randomInt } from 'node:crypto'
import { newId } from '../ids.ts'
import { FIRST_BOOK, FIRST_CHAPTER } from '../ingest/place.ts'
import type { User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { hashPassword } from './password.ts'
import { secretHash } from './secret.ts'
import { makeUser } from './users.ts'

/** Setting that marks the first start as over, with its time. */
const FIRST_START = 'first_start'

/** Setting with the hash of the generated password's hash: the page nags while it is in use. */
export const INITIAL_PASSWORD = 'initial_password'

/** Until when, epoch ms. Boxes of earlier versions have none: theirs does not end. */
const INITIAL_UNTIL = 'initial_password_until'

/** How long the made-up password is good, in milliseconds. */
export const INITIAL_LIFE_MS = 24 * 60 * 60_000

export const FIRST_USERNAME = 'admin'
export const EVERYONE = 'Everyone'

/** What the first start made; nothing but `created: false` at every later one. */
export interface FirstStart {
  created: boolean
  /**
   * The password that was made up, when none was given; at a later start, when nobody had changed it
   * in its time. Shown this once.
   */
  password?: string
}

/**
 * Makes the account `admin`, the group Everyone, and the book Shared with its chapter Inbox, which
 * nobody else may see yet. Done once per catalog: what is renamed or removed later does not come
 * back, and a start that was cut off half-way is completed by the next.
 */
export async function firstStart(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { adminPassword }: { adminPassword?: string | undefined } = {},
): Promise<FirstStart> {
  const { catalog, clock } = ports
  if (await catalog.settings.get(FIRST_START)) return renewInitial(ports)
  const password = adminPassword ?? makeUpPassword()
  const admin = await ensureAdmin(ports, password)
  await ensureEveryone(ports)
  await ensureShelf(ports, admin.id)
  if (adminPassword === undefined) {
    const kept = await catalog.people.userByName(FIRST_USERNAME)
    await rememberInitial(ports, kept?.passwordHash ?? '')
  }
  await catalog.settings.putOnce(FIRST_START, String(clock.now()))
  return { created: true, ...(adminPassword === undefined && { password }) }
}

/** Whether this is the hash of the made-up password, and its time is over. */
export async function isInitialOver(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  passwordHash: string,
): Promise<boolean> {
  const [initial, until] = await Promise.all([
    catalog.settings.get(INITIAL_PASSWORD),
    catalog.settings.get(INITIAL_UNTIL),
  ])
  const isInitial = initial === secretHash(passwordHash)
  return isInitial && until !== undefined && clock.now() >= Number(until)
}

/** Nobody has replaced the password in its time: this start makes another one. */
async function renewInitial(ports: Pick<Ports, 'catalog' | 'clock'>): Promise<FirstStart> {
  const { people } = ports.catalog
  const admin = await people.userByName(FIRST_USERNAME)
  if (!admin?.passwordHash || !(await isInitialOver(ports, admin.passwordHash))) {
    return { created: false }
  }
  const password = makeUpPassword()
  const passwordHash = await hashPassword(password)
  await rememberInitial(ports, passwordHash)
  await people.updateUser(admin.id, { passwordHash })
  await people.endSession({ userId: admin.id })
  return { created: false, password }
}

async function rememberInitial(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  passwordHash: string,
): Promise<void> {
  await catalog.settings.put(INITIAL_PASSWORD, secretHash(passwordHash))
  await catalog.settings.put(INITIAL_UNTIL, String(clock.now() + INITIAL_LIFE_MS))
}

/** An account left by a start that was cut off gets this password: nobody ever saw its own. */
async function ensureAdmin(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  password: string,
): Promise<User> {
  const { people } = ports.catalog
  const known = await people.userByName(FIRST_USERNAME)
  if (!known) {
    const displayName = 'Administrator'
    return makeUser(ports, { username: FIRST_USERNAME, password, displayName, orgRole: 'admin' })
  }
  await people.updateUser(known.id, { passwordHash: await hashPassword(password) })
  return known
}

async function ensureEveryone({ catalog, clock }: Pick<Ports, 'catalog' | 'clock'>): Promise<void> {
  if ((await catalog.people.groups()).some((group) => group.isEveryone)) return
  await catalog.people.createGroup({
    id: newId(clock.now()),
    name: EVERYONE,
    isEveryone: true,
    createdAt: clock.now(),
  })
}

async function ensureShelf(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  ownerId: string,
): Promise<void> {
  const now = clock.now()
  const shelves = await catalog.library.shelves()
  const book =
    shelves.books.find((each) => each.name === FIRST_BOOK) ??
    (await catalog.library.createBook(
      { id: newId(now), name: FIRST_BOOK, createdAt: now },
      ownerId,
    ))
  const hasChapter = shelves.chapters.some(
    (each) => each.bookId === book.id && each.name === FIRST_CHAPTER,
  )
  if (hasChapter) return
  await catalog.library.createChapter({
    id: newId(now),
    bookId: book.id,
    name: FIRST_CHAPTER,
    createdAt: now,
  })
}

/** Without characters that are mistaken for each other when copied from paper. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Four groups of five letters: 100 bits, and can be read over the telephone. */
const makeUpPassword = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  ).join('-')
