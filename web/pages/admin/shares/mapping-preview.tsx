import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { ShareMapping } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { patternsOf, type Values } from './share-values.ts'
import classes from './shares.module.css'

/** Shows what the folders of a share would become, before anything is saved. */
export function MappingPreview({ values, path }: { values: Values; path: string }) {
  const { t } = useTranslation()
  const preview = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/shares/preview', {
          body: {
            path,
            chapter_id: values.chapter_id,
            mapping: values.mapping,
            mode: values.mode,
            include: patternsOf(values.include),
            exclude: patternsOf(values.exclude),
            ...(values.owner_id && { owner_id: values.owner_id }),
          },
        }),
      ),
  })
  const isReady = path.startsWith('/') && values.chapter_id !== ''
  return (
    <div>
      <Button
        size="xs"
        variant="default"
        disabled={!isReady}
        loading={preview.isPending}
        onClick={() => preview.mutate()}
      >
        {t('shares.mapping.preview')}
      </Button>
      <div aria-live="polite" className={classes.preview}>
        {preview.isError && <ErrorNotice error={preview.error} />}
        {preview.data && <Folders mapping={values.mapping} preview={preview.data} />}
      </div>
    </div>
  )
}

function Folders({ mapping, preview }: { mapping: Values['mapping']; preview: ShareMapping }) {
  const { t } = useTranslation()
  if (mapping === 'folders') return <Text size="sm">{t('shares.mapping.same')}</Text>
  const { folders, loose_files: loose, is_whole: isWhole } = preview
  return (
    <>
      {folders.length === 0 && <Text size="sm">{t('shares.mapping.none')}</Text>}
      <ul className={classes.entries}>
        {folders.map((each) => (
          <li key={each.folder} className={classes.mapped}>
            {t('shares.mapping.into', { folder: each.folder, chapter: each.chapter_name })}{' '}
            <span className={each.is_allowed ? classes.hint : classes.denied}>
              {t(`shares.mapping.${wordOf(each)}`)}
            </span>
          </li>
        ))}
      </ul>
      {folders.length > 0 && loose > 0 && (
        <Text size="sm">{t('shares.mapping.loose', { count: loose })}</Text>
      )}
      {!isWhole && <Text size="sm">{t('shares.mapping.more')}</Text>}
    </>
  )
}

const wordOf = ({ is_allowed, is_new }: ShareMapping['folders'][number]) => {
  if (!is_allowed) return 'denied'
  return is_new ? 'new' : 'known'
}
