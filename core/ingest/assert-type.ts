import { AppError } from '../errors.ts'
import { groupNoun, ruleWords, type TypeRule, takes } from '../model/type-rule.ts'
import type { Ports, Probe } from '../ports/index.ts'

/** Of a file at which the look itself died: no rule lets it pass. */
const UNKNOWN = 'application/x-unknown'

/** A file that is to lie in a chapter, and how its bytes are looked at. */
interface Newcomer {
  chapterId: string
  name: string
  probe(name: string): Promise<Probe>
}

/**
 * Refuses a file whose type the chapter's book does not take: by its bytes, never by its name alone,
 * and by these bytes alone, never by what the box knows of the content. Bytes of books without a rule
 * are not looked at.
 *
 * @throws AppError `unsupported_type` (reason `TYPE_NOT_TAKEN`), with the found type and the rule
 */
export async function assertTypeTaken(
  { catalog }: Pick<Ports, 'catalog'>,
  file: Newcomer,
): Promise<void> {
  const { typeRule } = await catalog.library.rulesOf(file.chapterId)
  if (!typeRule) return
  const found = await mediaTypeOf(file)
  if (found === UNKNOWN || !takes(typeRule, found)) throw notTaken(file.name, found, typeRule)
}

async function mediaTypeOf({ probe, name }: Newcomer): Promise<string> {
  try {
    return (await probe(name)).mediaType
  } catch (cause) {
    // A file that kills whoever looks at it is the file's own fault; a look that cannot begin is not.
    if (cause instanceof AppError && cause.reason?.startsWith('PARSER_')) return UNKNOWN
    throw cause
  }
}

function notTaken(name: string, found: string, rule: TypeRule): AppError {
  const what =
    found === UNKNOWN ? 'its type cannot be found out' : `it is ${groupNoun(found)} (${found})`
  return new AppError(
    'unsupported_type',
    `"${name}" cannot go here: ${what}, and this book ${ruleWords(rule)}.`,
    {
      reason: 'TYPE_NOT_TAKEN',
      detail: {
        found_type: found,
        type_rule: { mode: rule.mode, groups: rule.groups, media_types: rule.mediaTypes },
      },
    },
  )
}
