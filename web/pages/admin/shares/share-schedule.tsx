import { Checkbox, Group, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Form } from './share-fields.tsx'

const ANSWERS = ['chapter', 'version', 'keep_both'] as const

/** What of a watched folder is taken, when, and what a taken name does. */
export function ShareSchedule({ form }: { form: Form }) {
  const { t } = useTranslation()
  const lines = { autosize: true, minRows: 2, maxRows: 8, spellCheck: false }
  return (
    <>
      <Textarea
        label={t('shares.include')}
        description={t('shares.include_hint')}
        placeholder="*.pdf"
        {...lines}
        {...form.getInputProps('include')}
      />
      <Textarea
        label={t('admin.shares.exclude')}
        description={t('admin.shares.exclude_hint')}
        placeholder={'*.bak\nArchive/**'}
        {...lines}
        {...form.getInputProps('exclude')}
      />
      <Select
        label={t('shares.conflict.title')}
        data={ANSWERS.map((value) => ({ value, label: t(`shares.conflict.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('on_conflict')}
      />
      <Checkbox
        label={t('shares.archives.expand')}
        description={t('shares.archives.hint')}
        {...form.getInputProps('expand_archives', { type: 'checkbox' })}
      />
      <NumberInput
        label={t('shares.every')}
        description={t('shares.every_hint')}
        min={1}
        max={10_080}
        hideControls
        {...form.getInputProps('every_min')}
      />
      <Group grow align="flex-start">
        <TextInput
          label={t('shares.from')}
          description={t('shares.window_hint')}
          placeholder="22:00"
          {...form.getInputProps('scan_from')}
        />
        <TextInput
          label={t('shares.to')}
          description={t('shares.window_hint')}
          placeholder="06:00"
          {...form.getInputProps('scan_to')}
        />
      </Group>
      <NumberInput
        label={t('admin.shares.settle')}
        description={t('admin.shares.settle_hint')}
        min={0}
        max={86_400}
        hideControls
        {...form.getInputProps('settle_s')}
      />
    </>
  )
}
