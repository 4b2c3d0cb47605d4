import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull, Version } from '../../api-types.ts'
import { Crumbs } from '../../parts/crumbs.tsx'
import { useFormat } from '../../parts/format.ts'
import { PageHeader } from '../../parts/page-header.tsx'
import { StatusPill } from '../../parts/status-pill.tsx'
import { useIsSeeing } from '../../see-as.ts'
import { folderPath } from '../library/address.ts'
import classes from './file.module.css'
import { FileMenu } from './file-menu.tsx'
import { pagesWords } from './pages-words.ts'
import type { FileSearch } from './place.ts'
import { contentAddress } from './queries.ts'
import { hasBothViews, ViewSwitch } from './view-switch.tsx'

interface Props {
  document: DocumentFull
  /** The version on the screen. */
  shown: Version
  view: FileSearch['view']
}

/** Where the file lies, its name, what it is, and what one can do with it. */
export function FileHead({ document, shown, view }: Props) {
  const { t } = useTranslation()
  // Who looks as somebody else takes nothing away.
  const isSeeing = useIsSeeing()
  return (
    <PageHeader
      title={document.name}
      above={<Crumbs items={trail(document)} />}
      subtitle={<Facts document={document} shown={shown} />}
      actions={
        <>
          {hasBothViews(document, shown) && <ViewSwitch text={view === 'text'} />}
          {!isSeeing && (
            <Button
              component="a"
              href={contentAddress(shown.id, false)}
              download
              leftSection={<IconDownload size={16} stroke={1.75} />}
            >
              {t('file.download')}
            </Button>
          )}
          <FileMenu document={document} />
        </>
      }
    />
  )
}

function trail({ book, chapter, folder }: DocumentFull) {
  const folders = folder.split('/').filter(Boolean)
  return [
    { label: book.name, to: folderPath(chapter.id) },
    { label: chapter.name, to: folderPath(chapter.id, '') },
    ...folders.map((label, index) => ({
      label,
      to: folderPath(chapter.id, folders.slice(0, index + 1).join('/')),
    })),
  ]
}

function Facts({ document, shown }: Omit<Props, 'view'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const facts = [
    format.bytes(shown.size_bytes),
    pagesWords(t, format, document),
    t('file.changed', { date: format.date(shown.created_at), name: shown.created_by.name }),
  ]
  return (
    <div className={classes.facts}>
      <span className={classes.version}>{t('file.version', { number: shown.number })}</span>
      {document.understanding !== 'ready' && <StatusPill state={document.understanding} />}
      <span>{facts.filter(Boolean).join(' · ')}</span>
    </div>
  )
}
