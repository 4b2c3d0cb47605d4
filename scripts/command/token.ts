import { type Command, InvalidArgumentError, Option } from 'commander'
import { resolveAccess } from '../../core/access/access.ts'
import { actBy } from '../../core/account/act.ts'
import { AppError } from '../../core/errors.ts'
import { newTraceId } from '../../core/ids.ts'
import type { Actor, Scope, User } from '../../core/model/actor.ts'
import type { Ports, TokenRow } from '../../core/ports/index.ts'
import { operator } from '../operator.ts'
import { bookNamed, userNamed } from './named.ts'
import { print, table, time } from './output.ts'
import { withPorts } from './with-ports.ts'

const SCOPES: Scope[] = ['read', 'write', 'admin']
const DAY_MS = 24 * 60 * 60_000

export function addToken(program: Command): void {
  const token = program.command('token').description('Tokens for scripts and other programs.')
  token
    .command('add')
    .description('Make a token for an account, and show it this once.')
    .argument('<name>', 'what it is for')
    .requiredOption('--user <username>', 'the account it acts for')
    .addOption(
      new Option('--scope <scopes...>', 'what it may do')
        .choices(SCOPES)
        .default(['read', 'write']),
    )
    .option('--book <names...>', 'the only books it reaches')
    .option('--days <days>', 'how long it works; without it, token_default_days', wholeNumber)
    .option('--forever', 'until it is revoked')
    .action(add)
  token
    .command('list')
    .description('List the tokens that are there, without their secrets.')
    .option('--user <username>', 'of this account only')
    .action(list)
  token
    .command('revoke')
    .description('End a token, at once.')
    .argument('<id>', 'as "token list" shows it')
    .action(revoke)
}

async function add(
  name: string,
  options: { user: string; scope: Scope[]; book?: string[]; days?: number; forever?: boolean },
  command: Command,
): Promise<void> {
  const { createToken } = await import('../../core/account/tokens.ts')
  const made = await withPorts(async (ports, config) => {
    const user = await userNamed(ports, options.user)
    const actor: Actor = { ...user, userId: user.id, scopes: SCOPES, traceId: newTraceId() }
    const access = await resolveAccess(ports, actor)
    return createToken(ports, actor, {
      name,
      scopes: options.scope,
      ...(options.book && { bookIds: options.book.map((each) => bookNamed(access, each).id) }),
      ...(options.forever && { expiresAt: null }),
      ...(options.days && { expiresAt: ports.clock.now() + options.days * DAY_MS }),
      rules: config.token,
    })
  })
  print(command, { ...made.row, token: made.token }, () => made.token)
}

interface Owned {
  user: User
  row: TokenRow
}

async function list(options: { user?: string }, command: Command): Promise<void> {
  const { user: username } = options
  const owned = await withPorts(async (ports) => {
    const users =
      username === undefined
        ? await ports.catalog.people.users()
        : [await userNamed(ports, username)]
    return tokensOf(ports, users)
  })
  const shown = owned.map(({ user, row }) => ({ ...row, user: user.username }))
  print(command, shown, () =>
    table(
      ['ID', 'USER', 'NAME', 'SCOPES', 'BOOKS', 'LAST USED', 'ENDS'],
      shown.map((token) => [
        token.id,
        token.user,
        token.name,
        token.scopes.join(' '),
        token.bookIds === undefined ? 'all' : String(token.bookIds.length),
        time(token.lastUsedAt),
        time(token.expiresAt),
      ]),
    ),
  )
}

async function revoke(id: string, _options: object, command: Command): Promise<void> {
  const { row, user } = await withPorts(async (ports) => {
    const owned = await tokensOf(ports, await ports.catalog.people.users())
    const found = owned.find((each) => each.row.id === id)
    if (!found) throw new AppError('not_found', `There is no token "${id}".`)
    const { actor } = await operator(ports)
    await ports.catalog.people.revokeToken(found.user.id, id, actBy(ports, actor))
    return found
  })
  print(command, { id, user: user.username }, () => `"${row.name}" of ${user.username} has ended.`)
}

async function tokensOf(
  { catalog }: Pick<Ports, 'catalog'>,
  users: readonly User[],
): Promise<Owned[]> {
  const owned = users.map(async (user) =>
    (await catalog.people.tokensOf(user.id)).map((row) => ({ user, row })),
  )
  return (await Promise.all(owned)).flat()
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  }
  return value
}
