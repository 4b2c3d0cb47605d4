import { Button, Group, Modal, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'
import { ShareFields } from './share-fields.tsx'
import { ShareSchedule } from './share-schedule.tsx'
import { isWindow, saveShare, type Values, valuesOf } from './share-values.ts'

interface Props {
  /** The folder to change; absent for a new one. */
  share?: Share
  onClose: () => void
}

/** Watches another folder, or changes how one is watched. Its path never changes. */
export function ShareForm({ share, onClose }: Props) {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: valuesOf(share),
    validate: {
      path: (value) => (value.startsWith('/') ? null : t('admin.shares.path_absolute')),
      chapter_id: (value) => (value === '' ? t('admin.shares.chapter_missing') : null),
      scan_from: (_, values) => (isWindow(values) ? null : t('shares.time_wrong')),
    },
  })
  const save = useSave({ share, onClose })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={share ? t('admin.shares.edit', { name: share.name }) : t('admin.shares.add')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          {save.isError && <ErrorNotice error={save.error} />}
          <ShareFields form={form} isNew={share === undefined} />
          <ShareSchedule form={form} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(share ? 'common.save' : 'admin.shares.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function useSave({ share, onClose }: { share: Share | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (values: Values) => saveShare(share, values),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['shares'] })
      toast.done(t('admin.shares.saved'))
      onClose()
    },
  })
}
