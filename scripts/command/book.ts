import { Argument, type Command, Option } from 'commander'
import type { Role } from '../../core/model/actor.ts'
import { operator } from '../operator.ts'
import { bookNamed, chapterNamed, groupNamed, userNamed } from './named.ts'
import { print, table } from './output.ts'
import { addRules } from './rules.ts'
import { withPorts } from './with-ports.ts'

export function addBook(program: Command): void {
  const book = program.command('book').description('Books and their chapters.')
  book.command('list').description('List books, chapters and their documents.').action(listAll)
  book
    .command('add')
    .description('Make a book, or a chapter in one.')
    .argument('<name>', 'a book, or "Book/Chapter"')
    .action(add)
  addRules(book)
  program
    .command('grant')
    .description('Let somebody into a book or a chapter, or take that back.')
    .argument('<place>', 'a book, or "Book/Chapter"')
    .addArgument(new Argument('<role>').choices(['viewer', 'contributor', 'admin', 'none']))
    .addOption(new Option('--user <username>', 'the account').conflicts('group'))
    .option('--group <name>', 'the group, "Everyone" included')
    .action(grant)
}

async function listAll(_options: object, command: Command): Promise<void> {
  const { listBooks } = await import('../../core/library/books.ts')
  const books = await withPorts(async (ports) => listBooks(ports, await operator(ports)))
  print(command, books, () =>
    table(
      ['BOOK', 'CHAPTER', 'DOCUMENTS'],
      books.flatMap((book) =>
        book.chapters.length === 0
          ? [[book.name, '-', '-']]
          : book.chapters.map((chapter) => [
              book.name,
              chapter.name,
              String(chapter.documentCount),
            ]),
      ),
    ),
  )
}

async function add(name: string, _options: object, command: Command): Promise<void> {
  const { createBook, createChapter } = await import('../../core/library/books.ts')
  const [bookName = '', chapterName] = name.split('/', 2)
  const made = await withPorts(async (ports) => {
    const access = await operator(ports)
    if (chapterName === undefined) return createBook(ports, access, bookName)
    const { id: bookId } = bookNamed(access, bookName)
    return createChapter(ports, access, { bookId, name: chapterName })
  })
  print(command, made, () => `"${name}" is made.`)
}

async function grant(
  place: string,
  role: Role | 'none',
  options: { user?: string; group?: string },
  command: Command,
): Promise<void> {
  const { listGrants, putGrant, removeGrant } = await import('../../core/library/grants.ts')
  const done = await withPorts(async (ports) => {
    const access = await operator(ports)
    const where = place.includes('/')
      ? { chapterId: chapterNamed(access, place).id }
      : { bookId: bookNamed(access, place).id }
    const subject = {
      ...(options.user !== undefined && { userId: (await userNamed(ports, options.user)).id }),
      ...(options.group !== undefined && { groupId: (await groupNamed(ports, options.group)).id }),
    }
    if (role !== 'none') return putGrant(ports, access, { place: where, ...subject, role })
    const grants = await listGrants(ports, access, where)
    const found = grants.find(
      (each) => each.userId === subject.userId && each.groupId === subject.groupId,
    )
    if (found) await removeGrant(ports, access, found.id)
    return { removed: found !== undefined }
  })
  const who = options.user ?? options.group
  print(command, done, () =>
    role === 'none'
      ? `"${who}" has no role on "${place}" itself.`
      : `"${who}" is ${role} of "${place}".`,
  )
}
