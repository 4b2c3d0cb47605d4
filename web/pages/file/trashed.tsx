import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../api-types.ts'
import { useFormat } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import { may } from '../library/rights.ts'
import { useDocumentActions } from '../library/use-document-actions.tsx'

/** That the file lies in the trash, and the way out of it. */
export function TrashedNotice({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { run } = useDocumentActions()
  return (
    <Notice tone="warn" title={t('file.trashed')}>
      {t('file.trashed_since', { when: format.ago(document.trashed_at ?? 0) })}
      {may(document.role, 'contributor') && (
        <Button
          size="compact-sm"
          variant="default"
          ml="md"
          onClick={() => run('restore', [document])}
        >
          {t('file.restore')}
        </Button>
      )}
    </Notice>
  )
}
