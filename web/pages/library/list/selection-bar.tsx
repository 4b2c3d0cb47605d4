import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DocumentRow } from '../../../api-types.ts'
import { actionsFor, type DocumentAction } from './row-menu.tsx'
import classes from './selection-bar.module.css'

interface Props {
  documents: readonly DocumentRow[]
  onAction: (action: DocumentAction) => void
  onClear: () => void
}

/** What can be done with the selected documents, over the list while some are selected. */
export function SelectionBar({ documents, onAction, onClear }: Props) {
  const { t } = useTranslation()
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('library.with_selected')}>
      <span className={`of-num ${classes.count}`} role="status">
        {t('library.selected', { count: documents.length })}
      </span>
      {actionsFor(documents).map((action) => (
        <Button
          key={action}
          size="compact-sm"
          variant="default"
          {...(action === 'purge' && { c: 'var(--of-danger)' })}
          onClick={() => onAction(action)}
        >
          {t(`library.action_short.${action}`)}
        </Button>
      ))}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('library.clear_selection')}
        onClick={onClear}
        className={classes.clear}
      >
        <IconX size={16} />
      </ActionIcon>
    </div>
  )
}
