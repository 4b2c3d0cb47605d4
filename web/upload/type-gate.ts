import { takes } from '../../core/model/type-rule.ts'
import type { Book } from '../api-types.ts'
import type { PickedFile } from './item.ts'
import { typeOfName } from './type-of-name.ts'

/** Files that by their names are of a type the book does not take: a guess, the bytes decide. */
export function doubtful(rule: Book['type_rule'], files: readonly PickedFile[]): PickedFile[] {
  if (!rule) return []
  const { mode, groups, media_types: mediaTypes } = rule
  return files.filter(({ file }) => {
    const type = typeOfName(file.name)
    return type !== undefined && !takes({ mode, groups, mediaTypes }, type)
  })
}
