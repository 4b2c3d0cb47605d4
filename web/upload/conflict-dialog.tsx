import { Button, Checkbox, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UploadItem } from './item.ts'
import type { ConflictAnswer } from './queue.ts'
import { useQueue } from './use-queue.ts'

/** Asks, one file after the other, what to do where the name is taken. Mounted once. */
export function ConflictDialog() {
  const queue = useQueue()
  const { t } = useTranslation()
  const [postponed, setPostponed] = useState(0)
  const asking = queue.tally.counts.asking
  const item = asking > 0 ? queue.items.find((each) => each.state === 'asking') : undefined
  // Closing the dialog is "later": it comes back when more files ask, or from the file's row.
  const opened = item !== undefined && asking > postponed
  if (asking < postponed) setPostponed(asking)
  return (
    <Modal
      opened={opened}
      onClose={() => setPostponed(asking)}
      title={t('uploads.conflict.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {item && <Question key={item.id} item={item} count={asking} />}
    </Modal>
  )
}

const ANSWERS: readonly ConflictAnswer[] = ['version', 'keep_both', 'skip']

function Question({ item, count }: { item: UploadItem; count: number }) {
  const { t } = useTranslation()
  const queue = useQueue()
  const [forBatch, setForBatch] = useState(false)
  const place = [item.destination.bookName, item.destination.chapterName, item.folder]
  return (
    <Stack gap="md">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t('uploads.conflict.text', {
          name: item.name,
          place: place.filter(Boolean).join(' › '),
        })}
      </Text>
      <Checkbox
        label={t('uploads.conflict.for_all', { count: Math.max(count, 1) })}
        checked={forBatch}
        onChange={(event) => setForBatch(event.currentTarget.checked)}
      />
      <Stack gap="sm">
        {ANSWERS.map((answer, index) => (
          <Button
            key={answer}
            variant={index === 0 ? 'filled' : 'default'}
            onClick={() => queue.answer(item, answer, forBatch)}
          >
            {t(`uploads.conflict.${answer}`)}
          </Button>
        ))}
      </Stack>
      <Text size="sm" c="dimmed">
        {t('uploads.conflict.hint')}
      </Text>
    </Stack>
  )
}
