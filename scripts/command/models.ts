import { type Command, Option } from 'commander'
import { describeShelf, originOf, type ShelfModel } from '../../core/models/describe.ts'
import { measureTask, modelNamed, removeTask, verifyTask } from '../../core/models/tasks.ts'
import { addAdding } from './models-add.ts'
import { addCarrying } from './models-carry.ts'
import { bytes, print, table } from './output.ts'
import { doHere, withShelf } from './with-shelf.ts'

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('What understands text, speech, scans and pictures: the models of this box.')
  models
    .command('list')
    .description('Show all models, what is being done with them, and what is missing.')
    .action(runList)
  addAdding(models)
  models
    .command('remove')
    .description('Remove a model from this box.')
    .argument('<name>', 'such as organization/name')
    .option('--force', 'even though the box works with it')
    .action(runRemove)
  models
    .command('verify')
    .description('Read the files of models again and compare them with their checksums.')
    .argument('[name]', 'one model, instead of all')
    .option('--adopt', 'write checksums of what is there, for a model that was put there by hand')
    .addOption(new Option('--licence <id>', 'its licence, with --adopt').default('unknown'))
    .action(runVerify)
  models
    .command('measure')
    .description('Find out how much memory a model takes and how quick it is on this box.')
    .argument('<name>')
    .action(runMeasure)
  addCarrying(models)
}

async function runList(_options: object, command: Command): Promise<void> {
  const { items, missing, work } = await withShelf((ports) => describeShelf(ports))
  const shown = { items: items.map(modelOut), missing, work }
  print(command, shown, () =>
    [
      table(
        ['KIND', 'NAME', 'STATE', 'SIZE', 'LICENCE', 'SHA-256', 'IN USE', 'MEMORY', 'SPEED'],
        items.map((each) => [
          each.kind,
          each.name,
          each.verified?.wrong.length ? 'damaged' : each.state,
          bytes(each.sizeBytes),
          originOf(each).licence ?? 'not known',
          originOf(each).checksum?.slice(0, 12) ?? '-',
          each.inUse ? 'yes' : '-',
          each.measured ? bytes(each.measured.memoryBytes) : 'not measured',
          each.measured ? `${each.measured.perSecond.toFixed(1)}/s` : 'not measured',
        ]),
      ),
      ...missing.map(({ kind, command: how }) => `No model for ${kind}. To add one: ${how}`),
      ...work
        .filter(({ state }) => state === 'running' || state === 'waiting')
        .map(({ task, subject, state }) => `${state}: ${task} ${subject}`),
    ].join('\n'),
  )
}

const modelOut = ({ manifest, builtin, ...rest }: ShelfModel) => ({
  ...rest,
  ...originOf({ ...(manifest && { manifest }), ...(builtin && { builtin }) }),
  files: manifest?.files ?? [],
})

async function runRemove(
  name: string,
  { force = false }: { force?: boolean },
  command: Command,
): Promise<void> {
  await withShelf((ports) =>
    doHere(ports, { task: 'remove', subject: name }, () => removeTask(ports, { name, force })),
  )
  print(command, { removed: name }, () => `${name} is removed.`)
}

async function runVerify(
  name: string | undefined,
  { adopt = false, licence }: { adopt?: boolean; licence: string },
  command: Command,
): Promise<void> {
  const found = await withShelf((ports) =>
    doHere(ports, { task: 'verify', subject: name ?? '' }, async (how) => {
      if (adopt && name !== undefined) {
        const model = await modelNamed(ports, name)
        if (model.state === 'unverified') await ports.models.adopt(model, licence, how)
      }
      return verifyTask(ports, name, how)
    }),
  )
  const { checked, wrong } = found.result as { checked: string[]; wrong: Record<string, string[]> }
  const isWell = Object.keys(wrong).length === 0
  print(command, { ok: isWell, checked, wrong }, () =>
    [
      ...checked.map(
        (each) => `${each}: ${wrong[each] ? `wrong: ${wrong[each].join(', ')}` : 'ok'}`,
      ),
      checked.length === 0 ? 'There is no model with checksums.' : '',
    ]
      .filter(Boolean)
      .join('\n'),
  )
  if (!isWell) process.exitCode = 1
}

async function runMeasure(name: string, _options: object, command: Command): Promise<void> {
  const { openMeter } = await import('../../config/models.ts')
  const { result } = await withShelf((ports, config) =>
    doHere(ports, { task: 'measure', subject: name }, (how) =>
      measureTask(ports, { name, meter: openMeter(config) }, how),
    ),
  )
  const { memoryBytes, perSecond } = result as { memoryBytes: number; perSecond: number }
  print(command, { name, memoryBytes, perSecond }, () =>
    [`memory: ${bytes(memoryBytes)}`, `speed: ${perSecond.toFixed(1)} a second`].join('\n'),
  )
}
