import { ActionIcon, Tooltip } from '@mantine/core'
import { type Icon, IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CopyIcon } from '../../parts/copy.tsx'
import { isActive, type UploadItem } from '../../upload/item.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import classes from './uploads.module.css'

interface Props {
  queue: UploadQueue
  item: UploadItem
  held: boolean
}

/** What can be done with a file in its present state. */
export function RowActions({ queue, item, held }: Props) {
  const { t } = useTranslation()
  const { name, state } = item
  const pausable = isActive(state) && state !== 'storing' && !held
  return (
    <div className={classes.actions}>
      {state === 'failed' && item.traceId && (
        <CopyIcon text={item.traceId} label={t('uploads.copy_trace', { name })} />
      )}
      {state === 'failed' && item.file && (
        <Action
          icon={IconRefresh}
          label={t('uploads.retry', { name })}
          onClick={() => queue.retry(item)}
        />
      )}
      {pausable && (
        <Action
          icon={IconPlayerPause}
          label={t('uploads.pause', { name })}
          onClick={() => queue.pause(item)}
        />
      )}
      {state === 'paused' && item.file && (
        <Action
          icon={IconPlayerPlay}
          label={t('uploads.resume', { name })}
          onClick={() => queue.resume(item)}
        />
      )}
      <Action
        icon={IconX}
        label={t(state === 'stored' ? 'uploads.take_out' : 'uploads.cancel', { name })}
        onClick={() => queue.cancel(item)}
      />
    </div>
  )
}

interface ActionProps {
  icon: Icon
  label: string
  onClick: () => void
}

function Action({ icon: Shape, label, onClick }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        <Shape size={16} />
      </ActionIcon>
    </Tooltip>
  )
}
