import type { TFunction } from 'i18next'
import type { Book } from '../../../api-types.ts'

/** What a book takes, as the end of a sentence that begins with its name. */
export function ruleWords(t: TFunction, rule: Book['type_rule']): string {
  if (!rule) return t('rules.words.all')
  const groups = rule.groups.map((group) => t(`rules.group.${group}`))
  return t(`rules.words.${rule.mode}`, { list: [...groups, ...rule.media_types].join(', ') })
}
