import { type Command, InvalidArgumentError, Option } from 'commander'
import { resolveAccess } from '../../core/access/access.ts'
import { newTraceId } from '../../core/ids.ts'
import type { Actor, Scope } from '../../core/model/actor.ts'
import { bookNamed, userNamed } from './named.ts'
import { print } from './output.ts'
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
    .option('--days <days>', 'how long it works; without it, until it is revoked', wholeNumber)
    .action(add)
}

async function add(
  name: string,
  options: { user: string; scope: Scope[]; book?: string[]; days?: number },
  command: Command,
): Promise<void> {
  const { createToken } = await import('../../core/account/tokens.ts')
  const made = await withPorts(async (ports) => {
    const user = await userNamed(ports, options.user)
    const actor: Actor = { ...user, userId: user.id, scopes: SCOPES, traceId: newTraceId() }
    const access = await resolveAccess(ports, actor)
    return createToken(ports, actor, {
      name,
      scopes: options.scope,
      ...(options.book && { bookIds: options.book.map((each) => bookNamed(access, each).id) }),
      ...(options.days && { expiresAt: ports.clock.now() + options.days * DAY_MS }),
    })
  })
  print(command, { ...made.row, token: made.token }, () => made.token)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  }
  return value
}
