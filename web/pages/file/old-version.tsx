import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DocumentFull, Version } from '../../api-types.ts'
import { Notice } from '../../parts/notice.tsx'
import classes from './file.module.css'

/** That an older version is on the screen, and the way to the current one. */
export function OldVersionNotice({ document, shown }: { document: DocumentFull; shown: Version }) {
  const { t } = useTranslation()
  return (
    <Notice tone="info">
      {t('file.old_version', { number: shown.number, current: document.current_version.number })}{' '}
      <Link
        to="/file/$documentId"
        params={{ documentId: document.id }}
        search={{ tab: 'versions' }}
        className={classes.link}
      >
        {t('file.to_current')}
      </Link>
    </Notice>
  )
}
