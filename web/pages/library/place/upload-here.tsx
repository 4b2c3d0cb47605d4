import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconFile, IconFolder, IconUpload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PickedFile } from '../../../upload/item.ts'
import { PickFiles } from '../../../upload/pick-files.tsx'

/** Adds files or a whole folder right here. */
export function UploadHere({ onPick }: { onPick: (files: readonly PickedFile[]) => void }) {
  const { t } = useTranslation()
  return (
    <PickFiles onPick={onPick}>
      {(openFiles) => (
        <PickFiles folder onPick={onPick}>
          {(openFolder) => (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button
                  leftSection={<IconUpload size={16} />}
                  rightSection={<IconChevronDown size={14} />}
                >
                  {t('library.upload_here')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconFile size={16} />} onClick={openFiles}>
                  {t('library.upload_files')}
                </Menu.Item>
                <Menu.Item leftSection={<IconFolder size={16} />} onClick={openFolder}>
                  {t('library.upload_folder')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </PickFiles>
      )}
    </PickFiles>
  )
}
