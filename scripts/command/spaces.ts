import { type Command, Option } from 'commander'
import type { SpaceKind, SpaceRow } from '../../core/ports/index.ts'
import { operator } from '../operator.ts'
import { print, table } from './output.ts'
import { withPorts } from './with-ports.ts'

/** Spaces of vectors: built beside each other, switched, dropped. */
export function addSpaces(program: Command): void {
  const spaces = program
    .command('spaces')
    .description('Show the spaces of vectors: which answers, which is built, how full they are.')
    .action(list)
  spaces.command('list').description('The same.').action(list)
  spaces
    .command('build')
    .description('Build the space of a model beside the one that answers; it answers when whole.')
    .argument('<model>', 'a model of this box, or "builtin-lexical"')
    .addOption(
      new Option('--kind <kind>', 'what it embeds').choices(['text', 'picture']).default('text'),
    )
    .action(build)
  spaces
    .command('switch')
    .description('Have a space answer at once, such as the one before.')
    .argument('<space>', 'id of a space')
    .action(change('switch'))
  spaces
    .command('drop')
    .description('Remove a space that does not answer, with its vectors.')
    .argument('<space>', 'id of a space')
    .action(change('drop'))
  spaces
    .command('retry')
    .description('Try again what could not be embedded in a space.')
    .argument('<space>', 'id of a space')
    .action(retry)
}

async function list(_options: object, command: Command): Promise<void> {
  const { listSpaces } = await import('../../core/space/manage.ts')
  const spaces = await withPorts(async (ports) => listSpaces(ports, (await operator(ports)).actor))
  print(command, spaces, () =>
    table(
      ['ID', 'KIND', 'MODEL', 'STATE', 'CONTENTS', 'FAILED'],
      spaces.map((space) => [
        space.id,
        space.kind,
        space.model || '-',
        space.state,
        contentsOf(space),
        String(space.failed),
      ]),
    ),
  )
}

const contentsOf = ({ state, contents, wanted }: SpaceRow & { wanted: number }): string =>
  state === 'building' ? `${contents} of ${wanted}` : String(contents)

async function build(
  model: string,
  { kind }: { kind: SpaceKind },
  command: Command,
): Promise<void> {
  const { buildSpace } = await import('../../core/space/manage.ts')
  await withPorts(async (ports) =>
    buildSpace(ports, (await operator(ports)).actor, { model, kind }),
  )
  print(command, { model, kind }, () => `The space of "${model}" is built; the worker does it.`)
}

const change =
  (what: 'switch' | 'drop') =>
  async (id: string, _options: object, command: Command): Promise<void> => {
    const { dropSpace, switchSpace } = await import('../../core/space/manage.ts')
    const work = what === 'drop' ? dropSpace : switchSpace
    await withPorts(async (ports) => work(ports, (await operator(ports)).actor, id))
    print(command, { id }, () =>
      what === 'drop' ? `"${id}" is removed by the worker.` : `"${id}" answers within seconds.`,
    )
  }

async function retry(id: string, _options: object, command: Command): Promise<void> {
  const { retrySpace } = await import('../../core/space/manage.ts')
  const retried = await withPorts(async (ports) =>
    retrySpace(ports, (await operator(ports)).actor, id),
  )
  print(command, { retried }, () => `${retried} contents are tried again.`)
}
