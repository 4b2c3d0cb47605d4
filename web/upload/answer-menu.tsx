import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { UploadItem } from './item.ts'
import type { UploadQueue } from './queue.ts'

/** Answers a taken name from the file's own row. */
export function AnswerMenu({ queue, item }: { queue: UploadQueue; item: UploadItem }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          rightSection={<IconChevronDown size={14} />}
          aria-label={t('uploads.answer_for', { name: item.name })}
        >
          {t('uploads.answer')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['version', 'keep_both', 'skip'] as const).map((answer) => (
          <Menu.Item key={answer} onClick={() => queue.answer(item, answer, false)}>
            {t(`uploads.conflict.${answer}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
