import type { Access } from '../../core/access/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Group, User } from '../../core/model/actor.ts'
import type { Book, Chapter } from '../../core/model/library.ts'
import type { Ports, Share } from '../../core/ports/index.ts'

// People at a command line know things by name, the rest of the product by id.

/** @throws AppError `not_found`, as all of these, with the name that was looked for */
export async function userNamed(
  { catalog }: Pick<Ports, 'catalog'>,
  username: string,
): Promise<User> {
  const local = await catalog.people.userByName(username)
  if (local) return local
  const alike = (await catalog.people.users()).filter((user) => same(user.username, username))
  const [found, ...others] = alike.filter((user) => user.directory?.left !== 'gone')
  if (found && others.length === 0) return found
  return absent('account', username)
}

export async function groupNamed(
  { catalog }: Pick<Ports, 'catalog'>,
  name: string,
): Promise<Group> {
  const groups = await catalog.people.groups()
  return groups.find((group) => same(group.name, name)) ?? absent('group', name)
}

export function bookNamed({ books }: Access, name: string): Book {
  return books.find((book) => same(book.name, name)) ?? absent('book', name)
}

/** By `Book/Chapter`. */
export function chapterNamed(access: Access, path: string): Chapter {
  const [bookName = '', chapterName = ''] = path.split('/', 2)
  const book = bookNamed(access, bookName)
  const chapter = access.chapters.find(
    (each) => each.bookId === book.id && same(each.name, chapterName),
  )
  return chapter ?? absent('chapter', path)
}

/** By its folder, its name or its id. */
export async function shareNamed(
  { catalog }: Pick<Ports, 'catalog'>,
  name: string,
): Promise<Share> {
  const shares = await catalog.shares.list()
  const found = shares.find(({ id, path }) => [id, path].includes(name))
  return found ?? shares.find((share) => same(share.name, name)) ?? absent('share', name)
}

const same = (a: string, b: string) => a.toLowerCase() === b.trim().toLowerCase()

function absent(kind: string, name: string): never {
  throw new AppError('not_found', `There is no ${kind} "${name}".`)
}
