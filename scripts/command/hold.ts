import { type Command, InvalidArgumentError } from 'commander'
import { print, table } from './output.ts'
import { withPorts } from './with-ports.ts'

const HOUR_MS = 60 * 60_000

export function addHold(program: Command): void {
  const hold = program
    .command('hold')
    .description('Keep every stored byte for a while, as a copy of the running box needs it.')
  hold
    .command('begin <name>')
    .description('Keep everything; the same name again makes it last from now.')
    .option('--hours <hours>', 'end by itself after this long', hours, 24)
    .action(begin)
  hold.command('end <name>').description('Let removing go on.').action(end)
  hold.command('list').description('Show what holds the store.').action(list)
}

async function begin(name: string, options: { hours: number }, command: Command): Promise<void> {
  const held = await withPorts(({ catalog, clock }) =>
    catalog.care.hold({ id: name, note: name, forMs: options.hours * HOUR_MS }, clock.now()),
  )
  print(
    command,
    held,
    () => `Nothing is removed for ${options.hours} h, or until: onefold hold end ${name}`,
  )
}

async function end(name: string, _options: object, command: Command): Promise<void> {
  const { notFound } = await import('../../core/errors.ts')
  if (!(await withPorts(({ catalog }) => catalog.care.release(name)))) throw notFound()
  print(command, { id: name }, () => 'Removing goes on.')
}

async function list(_options: object, command: Command): Promise<void> {
  const items = await withPorts(({ catalog }) => catalog.care.holds())
  print(command, { items }, () =>
    items.length === 0
      ? 'Nobody holds the store.'
      : table(
          ['NAME', 'HOURS LEFT'],
          items.map(({ id, leftMs }) => [id, (leftMs / HOUR_MS).toFixed(1)]),
        ),
  )
}

function hours(text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}
