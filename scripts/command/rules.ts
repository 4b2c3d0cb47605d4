import { type Command, InvalidArgumentError, Option } from 'commander'
import { ON_CONFLICT, type OnConflict } from '../../core/model/library.ts'
import {
  ruleWords,
  TYPE_GROUPS,
  type TypeGroup,
  type TypeRule,
} from '../../core/model/type-rule.ts'
import { operator } from '../operator.ts'
import { bookNamed, chapterNamed } from './named.ts'
import { print } from './output.ts'
import { withPorts } from './with-ports.ts'

type Listed = Pick<TypeRule, 'groups' | 'mediaTypes'>

/** Rules of books and chapters, as subcommands of `book`. */
export function addRules(book: Command): void {
  const kinds = `kinds (${TYPE_GROUPS.join(', ')}) and media types, with commas between`
  book
    .command('types')
    .description('Say which types of files a book takes, or look it up.')
    .argument('<book>', 'a book')
    .addOption(new Option('--only <list>', kinds).argParser(listed).conflicts(['without', 'all']))
    .addOption(new Option('--without <list>', kinds).argParser(listed).conflicts('all'))
    .option('--all', 'files of every type')
    .action(types)
  book
    .command('conflict')
    .description('Set what becomes of a taken name in a chapter when a request does not say.')
    .argument('<chapter>', '"Book/Chapter"')
    .addArgument(book.createArgument('<answer>').choices([...ON_CONFLICT, 'default']))
    .action(conflict)
}

function listed(text: string): Listed {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  const groups = TYPE_GROUPS.filter((group) => names.includes(group))
  const mediaTypes = names.filter((name) => !groups.includes(name as TypeGroup))
  const strange = mediaTypes.find((name) => !/^[a-z]+\/[a-z0-9.+-]{1,100}$/.test(name))
  if (strange === undefined) return { groups, mediaTypes }
  throw new InvalidArgumentError(`"${strange}" is neither a kind nor a media type.`)
}

async function types(
  name: string,
  options: { only?: Listed; without?: Listed; all?: boolean },
  command: Command,
): Promise<void> {
  const { setTypeRule } = await import('../../core/library/books.ts')
  const rule = await withPorts(async (ports) => {
    const access = await operator(ports)
    const { id, typeRule } = bookNamed(access, name)
    const wanted = ruleOf(options)
    if (wanted === undefined) return typeRule
    await setTypeRule(ports, access, { id, rule: wanted ?? undefined })
    return wanted ?? undefined
  })
  print(command, { type_rule: rule ?? null }, () =>
    rule ? `"${name}" ${ruleWords(rule)}.` : `"${name}" takes files of every type.`,
  )
}

/** Null lifts the rule; undefined leaves it as it is. */
function ruleOf({ only, without, all }: Parameters<typeof types>[1]): TypeRule | null | undefined {
  if (only) return { mode: 'allow', ...only }
  if (without) return { mode: 'deny', ...without }
  return all ? null : undefined
}

async function conflict(
  path: string,
  answer: OnConflict | 'default',
  _options: object,
  command: Command,
): Promise<void> {
  const { setConflictAnswer } = await import('../../core/library/books.ts')
  await withPorts(async (ports) => {
    const access = await operator(ports)
    const { id } = chapterNamed(access, path)
    const chosen = answer === 'default' ? undefined : answer
    await setConflictAnswer(ports, access, { id, answer: chosen })
  })
  print(command, { on_conflict: answer }, () => `Taken names in "${path}": ${answer}.`)
}
