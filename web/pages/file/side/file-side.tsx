import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import type { FileSearch } from '../place.ts'
import { Access } from './access.tsx'
import { Details } from './details.tsx'
import { Processing } from './processing.tsx'
import classes from './side.module.css'
import { Versions } from './versions.tsx'

const TABS = ['details', 'versions', 'access', 'processing'] as const

interface Props {
  document: DocumentFull
  tab: NonNullable<FileSearch['tab']>
}

/** What is known about the file, beside it. */
export function FileSide({ document, tab }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/file/$documentId' })
  return (
    <aside className={classes.side} aria-label={t('file.about')}>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) =>
          void navigate({
            search: (before) => ({
              ...before,
              tab: TABS.find((one) => one === value),
            }),
            replace: true,
            resetScroll: false,
          })
        }
      >
        <Tabs.List grow>
          {TABS.map((value) => (
            <Tabs.Tab key={value} value={value} px="xs">
              {t(`file.tab.${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="details" className={classes.panel ?? ''}>
          <Details document={document} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" className={classes.panel ?? ''}>
          <Versions document={document} />
        </Tabs.Panel>
        <Tabs.Panel value="access" className={classes.panel ?? ''}>
          <Access documentId={document.id} />
        </Tabs.Panel>
        <Tabs.Panel value="processing" className={classes.panel ?? ''}>
          <Processing document={document} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  )
}
