import { createInterface } from 'node:readline/promises'
import { text as readAll } from 'node:stream/consumers'
import { Argument, type Command, Option } from 'commander'
import { AppError } from '../../core/errors.ts'
import type { OrgRole, User } from '../../core/model/actor.ts'
import { operator } from '../operator.ts'
import { userNamed } from './named.ts'
import { print, table, time } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addUser(program: Command): void {
  const user = program.command('user').description('Local accounts.')
  user.command('list').description('List all accounts.').action(listAccounts)
  user
    .command('add')
    .description('Make an account.')
    .argument('<username>')
    .option('--display-name <name>', 'as others see it')
    .option('--admin', 'administers this box and every book')
    .addOption(passwordOption())
    .action(addAccount)
  user
    .command('passwd')
    .description('Set the password of an account and end its sessions.')
    .argument('<username>')
    .addOption(passwordOption())
    .action(setPassword)
  user
    .command('disable')
    .description('Lock an account out, at once; or let it in again.')
    .argument('<username>')
    .addArgument(new Argument('[state]').choices(['on', 'off']).default('on'))
    .action(disable)
  user
    .command('lock-out')
    .description('End all sessions and tokens of an account and disable it, at once.')
    .argument('<username>')
    .action(lockOutAccount)
  user
    .command('reset-code')
    .description('Ask for no code at the sign-in of an account any more, and end its sessions.')
    .argument('<username>')
    .action(resetCode)
  user
    .command('quota')
    .description('Show, or set, how many bytes an account may put in, each copy counted.')
    .argument('<username>')
    .addArgument(
      new Argument('[bytes]', "such as 50000000000; 0 for no limit; default for the box's"),
    )
    .action(quota)
}

const passwordOption = () =>
  new Option('--password-stdin', 'read the password from standard input instead of asking')

async function listAccounts(_options: object, command: Command): Promise<void> {
  const users = await withPorts(({ catalog }) => catalog.people.users())
  print(command, users, () =>
    table(
      ['USERNAME', 'NAME', 'ROLE', 'STATE', 'MADE'],
      users.map((user) => [
        user.username,
        user.displayName,
        user.orgRole,
        user.disabledAt === undefined ? 'active' : 'disabled',
        time(user.createdAt),
      ]),
    ),
  )
}

async function addAccount(
  username: string,
  options: { displayName?: string; admin?: boolean; passwordStdin?: boolean },
  command: Command,
): Promise<void> {
  const { createUser } = await import('../../core/account/users.ts')
  const password = await readPassword(options)
  const orgRole: OrgRole = options.admin ? 'admin' : 'member'
  const user = await withPorts(async (ports) => {
    const { actor } = await operator(ports)
    const displayName = options.displayName ?? username
    return createUser(ports, actor, { username, password, displayName, orgRole })
  })
  print(command, user, () => `Account "${user.username}" is made.`)
}

async function setPassword(
  username: string,
  options: { passwordStdin?: boolean },
  command: Command,
): Promise<void> {
  const password = await readPassword(options)
  const user = await change(username, { password })
  print(command, user, () => `The password of "${user.username}" is set; its sessions ended.`)
}

async function disable(
  username: string,
  state: 'on' | 'off',
  _options: object,
  command: Command,
): Promise<void> {
  const disabled = state === 'on'
  const user = await change(username, { disabled })
  print(command, user, () => `"${user.username}" is ${disabled ? 'disabled' : 'active again'}.`)
}

async function lockOutAccount(username: string, _options: object, command: Command): Promise<void> {
  const { lockOut } = await import('../../core/account/users.ts')
  const user = await withPorts(async (ports) => {
    const { id } = await userNamed(ports, username)
    return lockOut(ports, (await operator(ports)).actor, id)
  })
  print(command, user, () => `"${user.username}" is locked out.`)
}

async function resetCode(username: string, _options: object, command: Command): Promise<void> {
  const { resetSecondStep } = await import('../../core/account/second-step.ts')
  const user = await withPorts(async (ports) => {
    const { id } = await userNamed(ports, username)
    const { actor } = await operator(ports)
    return resetSecondStep(ports, actor, id)
  })
  print(command, user, () => `No code is asked for at the sign-in of "${user.username}".`)
}

async function quota(
  username: string,
  bytes: string | undefined,
  _options: object,
  command: Command,
): Promise<void> {
  if (bytes !== undefined) await change(username, { quotaBytes: quotaFrom(bytes) })
  const quota = await withPorts(async (ports) =>
    ports.catalog.people.quota((await userNamed(ports, username)).id),
  )
  const limit = quota.limitBytes === 0 ? 'any number of' : quota.limitBytes
  print(
    command,
    quota,
    () => `"${username}" has put in ${quota.usedBytes} bytes, and may put in ${limit}.`,
  )
}

function quotaFrom(text: string): number | null {
  if (text === 'default') return null
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('bad_request', 'Give the quota as a number of bytes, or "default".')
}

async function change(
  username: string,
  wish: { password?: string; disabled?: boolean; quotaBytes?: number | null },
): Promise<User> {
  const { updateUser } = await import('../../core/account/users.ts')
  return withPorts(async (ports) => {
    const { id } = await userNamed(ports, username)
    const { actor } = await operator(ports)
    return updateUser(ports, actor, { id, ...wish })
  })
}

/** Never an argument: those are seen by everybody on the machine, and kept in histories. */
async function readPassword({ passwordStdin }: { passwordStdin?: boolean }): Promise<string> {
  if (passwordStdin) return (await readAll(process.stdin)).replace(/\r?\n$/, '')
  if (!process.stdin.isTTY) {
    throw new AppError('bad_request', 'There is no terminal to ask at: use --password-stdin.')
  }
  const first = await ask('Password: ')
  if (first !== (await ask('Again: '))) throw new AppError('bad_request', 'They are not the same.')
  return first
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  // With no output to echo to, what is typed stays unseen.
  const terminal = createInterface({ input: process.stdin, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
