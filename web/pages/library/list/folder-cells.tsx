import { IconFolder } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Folder } from '../../../api-types.ts'
import { folderParams } from '../address.ts'
import classes from './grid.module.css'
import { Cell } from './grid-parts.tsx'

/** A folder in the list: its name leads into it. */
export function FolderCells({ folder, chapterId }: { folder: Folder; chapterId: string }) {
  const { t } = useTranslation()
  return (
    <>
      <Cell column="icon">
        <IconFolder
          size={20}
          stroke={1.5}
          role="img"
          aria-label={t('library.folder')}
          color="var(--of-dim)"
        />
      </Cell>
      <Cell column="name" className={classes.name}>
        <span className="of-clip">
          <Link
            to="/library/$"
            params={folderParams(chapterId, folder.path)}
            className={classes.link}
            tabIndex={-1}
          >
            {folder.name}
          </Link>
        </span>
      </Cell>
      <Cell column="status" quiet>
        {t('library.files', { count: folder.document_count })}
      </Cell>
    </>
  )
}
