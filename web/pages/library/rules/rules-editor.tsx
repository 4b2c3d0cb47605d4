import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { GrantPlace } from '../../admin/grants/queries.ts'
import { booksQuery } from '../queries.ts'
import { ConflictForm } from './conflict-form.tsx'
import { ruleWords } from './rule-words.ts'
import { TypeRuleForm } from './type-rule-form.tsx'

/** What a book takes, or how a chapter answers taken names; always as it is now. */
export function RulesEditor({ place }: { place: GrantPlace }) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery).data
  const book = books?.find((each) => each.id === place.book.id) ?? place.book
  const { chapter: shown } = place
  if (!shown) return <TypeRuleForm key={book.id} book={book} />
  const chapter = book.chapters.find((each) => each.id === shown.id) ?? shown
  return (
    <Stack gap="lg">
      <ConflictForm key={chapter.id} chapter={chapter} />
      <Text size="sm" c="dimmed">
        {t('rules.types.of_book', { name: book.name, rule: ruleWords(t, book.type_rule) })}
      </Text>
    </Stack>
  )
}
