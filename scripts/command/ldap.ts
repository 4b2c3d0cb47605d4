import { Argument, type Command } from 'commander'
import type { DirectoryTest } from '../../core/directory/view.ts'
import { AppError } from '../../core/errors.ts'
import type { OrgRole } from '../../core/model/actor.ts'
import type { Examination } from '../../core/ports/index.ts'
import { operator } from '../operator.ts'
import { print, table, time } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addLdap(program: Command): void {
  const ldap = program.command('ldap').description('The directory that people are known from.')
  ldap
    .command('test')
    .description('Try the directory step by step, and look one person up with the resulting roles.')
    .argument('[name]', 'whom to look up, as they would sign in')
    .action(runTest)
  ldap
    .command('status')
    .description('Show when the directory was taken over last, and what stopped it.')
    .action(runStatus)
  ldap
    .command('sync')
    .description('Take over people and groups now, all or nothing.')
    .option('--agree', 'let vanish what the last try was stopped for, and no more than that')
    .action(runSync)
  ldap
    .command('groups')
    .description('List the groups of the directory, and what their members are here.')
    .action(runGroups)
  ldap
    .command('map')
    .description('Make the members of a group administrators of this box, or members again.')
    .argument('<group>', 'its name, or its id where several have it')
    .addArgument(new Argument('<role>').choices(['admin', 'member']))
    .action(runMap)
}

async function runTest(name: string | undefined, _options: object, command: Command) {
  const { testDirectory } = await import('../../core/directory/view.ts')
  const result = await withPorts(async (ports) =>
    testDirectory(ports, (await operator(ports)).actor, name),
  )
  const isGood = result.steps.every((step) => step.state !== 'failed')
  print(command, { ok: isGood, ...result }, ({ steps, person }) =>
    [stepTable(steps), ...adviceOf(steps), ...(person ? [personWords(person)] : [])].join('\n'),
  )
  if (!isGood) process.exitCode = 1
}

const stepTable = (steps: readonly Examination[]): string =>
  table(
    ['STEP', 'STATE', 'TIME', 'FOUND'],
    steps.map(({ step, state, tookMs, found }) => [
      step,
      state,
      state === 'skipped' ? '-' : `${tookMs} ms`,
      found,
    ]),
  )

const adviceOf = (steps: readonly Examination[]): string[] =>
  steps.flatMap(({ reason, advice }) => (advice ? [`\n${reason}: ${advice}`] : []))

function personWords({
  username,
  isDisabled,
  orgRole,
  groups,
  grants,
}: NonNullable<DirectoryTest['person']>): string {
  const names = groups.map((group) => group.name).join(', ') || 'no groups'
  const rights = grants.map(({ book, chapter, role, group }) =>
    [chapter === undefined ? book : `${book}/${chapter}`, role, group].join('  '),
  )
  const closed = isDisabled ? `\n${username} is disabled in the directory, and cannot sign in.` : ''
  const head = `${closed}\n${username} would be ${orgRole}, in ${names}.`
  return rights.length === 0
    ? `${head}\nNo book is open to these groups yet.`
    : [head, ...rights].join('\n')
}

async function runStatus(_options: object, command: Command): Promise<void> {
  const { viewDirectory } = await import('../../core/directory/view.ts')
  const view = await withPorts(async (ports) => viewDirectory(ports, (await operator(ports)).actor))
  print(command, { directory: view ?? null }, () => {
    if (!view) return 'No directory is configured. Set ldap_url.'
    const { state, about } = view
    return [
      `${view.id} at ${about.servers.join(', ')} (${about.preset})`,
      `${state.people} people and ${state.groups} groups, taken over ${time(state.syncedAt)}`,
      ...(state.message === undefined
        ? []
        : [`The last try, ${time(state.triedAt)}, was for nothing: ${state.message}`]),
    ].join('\n')
  })
}

async function runSync({ agree }: { agree?: boolean }, command: Command): Promise<void> {
  const { syncNow } = await import('../../core/directory/view.ts')
  const changes = await withPorts(async (ports) => {
    const { actor } = await operator(ports)
    return syncNow(ports, actor, agree ? await stoppedAt(ports) : undefined)
  })
  print(command, changes, () =>
    table(
      ['', 'ADDED', 'GONE'],
      [
        ['people', String(changes.peopleAdded), String(changes.peopleGone)],
        ['groups', String(changes.groupsAdded), String(changes.groupsGone)],
        ['memberships', String(changes.membersAdded), String(changes.membersDropped)],
      ],
    ),
  )
}

async function stoppedAt({ catalog, directory }: Parameters<Parameters<typeof withPorts>[0]>[0]) {
  const state = directory && (await catalog.directories.state(directory.id))
  if (state?.stopped) return state.stopped
  throw new AppError('conflict', 'Nothing was stopped: run it without --agree.')
}

async function runGroups(_options: object, command: Command): Promise<void> {
  const { listMappedGroups } = await import('../../core/directory/map-group.ts')
  const groups = await withPorts(async (ports) =>
    listMappedGroups(ports, (await operator(ports)).actor),
  )
  print(command, { items: groups }, () =>
    table(
      ['ID', 'GROUP', 'MEMBERS', 'ROLE', 'STATE'],
      groups.map((group) => [
        group.id,
        group.name,
        String(group.memberCount),
        group.orgRole,
        group.isGone ? 'gone' : 'there',
      ]),
    ),
  )
}

async function runMap(
  name: string,
  orgRole: OrgRole,
  _options: object,
  command: Command,
): Promise<void> {
  const { listMappedGroups, mapGroup } = await import('../../core/directory/map-group.ts')
  const group = await withPorts(async (ports) => {
    const { actor } = await operator(ports)
    const groups = await listMappedGroups(ports, actor)
    const alike = groups.filter(
      (each) =>
        each.id === name || (each.name.toLowerCase() === name.toLowerCase() && !each.isGone),
    )
    const [found, ...others] = alike
    if (!found) throw new AppError('not_found', `There is no group "${name}" in the directory.`)
    if (others.length > 0) {
      throw new AppError('conflict', `Several groups are called "${name}". Give the id of one.`)
    }
    await mapGroup(ports, actor, { groupId: found.id, orgRole })
    return { ...found, orgRole }
  })
  print(command, group, () => `Members of "${group.name}" are ${orgRole} from now on.`)
}
