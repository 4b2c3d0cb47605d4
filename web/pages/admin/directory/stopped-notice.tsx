import { Button, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Directory } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { Notice } from '../../../parts/notice.tsx'
import styles from './directory.module.css'
import { useSync } from './use-sync.ts'

/** More would vanish than may vanish unseen: a person says whether that is meant. */
export function StoppedNotice({ stopped }: { stopped: NonNullable<Directory['stopped']> }) {
  const { t } = useTranslation()
  const sync = useSync()
  const { people, groups, stripped, members, shrinking } = stopped
  const agree = async () => {
    const sure = await confirm({
      title: t('directory.agree_title'),
      body: t('directory.agree_text'),
      confirm: t('directory.agree'),
      danger: true,
    })
    if (sure) sync.mutate({ people, groups, stripped, members })
  }
  return (
    <div className={styles.stopped}>
      <Notice tone="warn" title={t('directory.stopped_title')}>
        <Stack gap="sm" align="flex-start">
          <span>
            {t('directory.stopped_text', {
              people,
              groups,
              stripped,
              ofPeople: stopped.of_people,
              ofGroups: stopped.of_groups,
            })}
          </span>
          {shrinking.length > 0 && (
            <span>
              {t('directory.stopped_members', {
                groups: shrinking.map(({ name, lost, of }) => `${name} (${lost}/${of})`).join(', '),
              })}
            </span>
          )}
          <Button size="xs" variant="default" loading={sync.isPending} onClick={() => void agree()}>
            {t('directory.agree')}
          </Button>
        </Stack>
      </Notice>
    </div>
  )
}
