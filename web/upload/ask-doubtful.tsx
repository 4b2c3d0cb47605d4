import { Button, Group, List, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Book } from '../api-types.ts'
import { ruleWords } from '../pages/library/rules/rule-words.ts'
import type { PickedFile } from './item.ts'
import { doubtful } from './type-gate.ts'

const SHOWN = 5

/**
 * Asks about files that a book will probably refuse, before they are sent.
 *
 * @returns what is to be added: all of it, what is left without them, or nothing
 */
export async function admitted(
  book: Pick<Book, 'name' | 'type_rule'>,
  files: readonly PickedFile[],
): Promise<readonly PickedFile[]> {
  const doubts = doubtful(book.type_rule, files)
  if (doubts.length === 0) return files
  const choice = await ask(book, doubts)
  if (choice === 'send') return files
  if (choice === undefined) return []
  const left = new Set(doubts)
  return files.filter((file) => !left.has(file))
}

type Choice = 'leave' | 'send'

const ask = (book: Pick<Book, 'name' | 'type_rule'>, doubts: readonly PickedFile[]) =>
  new Promise<Choice | undefined>((resolve) => {
    const id = modals.open({
      title: i18next.t('rules.gate.title', { count: doubts.length }),
      closeButtonProps: { 'aria-label': i18next.t('common.close') },
      onClose: () => resolve(undefined),
      children: (
        <Doubts
          book={book}
          doubts={doubts}
          onChoice={(choice) => {
            resolve(choice)
            modals.close(id)
          }}
        />
      ),
    })
  })

interface Props {
  book: Pick<Book, 'name' | 'type_rule'>
  doubts: readonly PickedFile[]
  onChoice: (choice: Choice) => void
}

function Doubts({ book, doubts, onChoice }: Props) {
  const { t } = useTranslation()
  const more = doubts.length - SHOWN
  return (
    <Stack gap="md">
      <Text size="sm">
        {t('rules.gate.text', { book: book.name, rule: ruleWords(t, book.type_rule) })}
      </Text>
      <List size="sm" style={{ overflowWrap: 'anywhere' }}>
        {doubts.slice(0, SHOWN).map(({ file, folder }) => (
          <List.Item key={`${folder}/${file.name}`}>{file.name}</List.Item>
        ))}
        {more > 0 && <List.Item>{t('rules.gate.more', { count: more })}</List.Item>}
      </List>
      <Text size="sm" c="dimmed">
        {t('rules.gate.hint')}
      </Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={() => onChoice('send')}>
          {t('rules.gate.send')}
        </Button>
        <Button onClick={() => onChoice('leave')} data-autofocus>
          {t('rules.gate.leave')}
        </Button>
      </Group>
    </Stack>
  )
}
