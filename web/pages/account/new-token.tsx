import {
  Button,
  Checkbox,
  type CheckboxGroupProps,
  Group,
  Modal,
  MultiSelect,
  Select,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import type { NewToken, Scope } from '../../api-types.ts'
import { booksQuery } from '../../books.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { Notice } from '../../parts/notice.tsx'
import { useIsOrgAdmin } from '../../session.ts'
import classes from './account.module.css'

const DAY_MS = 86_400_000
const LIFETIMES = ['30', '90', '365', 'never'] as const

/** Makes a token, then shows its value the one time it is known. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const create = useMutation({
    mutationFn: (values: Values) => answer(api.POST('/api/v1/tokens', { body: bodyOf(values) })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(create.data ? 'account.tokens.made' : 'account.tokens.new')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      // A click beside the dialog must not lose a value that is shown once.
      closeOnClickOutside={!create.data}
    >
      {create.data ? (
        <Made token={create.data} onClose={onClose} />
      ) : (
        <TokenForm
          error={create.error}
          pending={create.isPending}
          onSubmit={(values) => create.mutate(values)}
          onClose={onClose}
        />
      )}
    </Modal>
  )
}

interface Values {
  name: string
  scopes: string[]
  books: string[]
  lifetime: string
}

const bodyOf = ({ name, scopes, books, lifetime }: Values) => ({
  name: name.trim(),
  scopes: scopes as Scope[],
  ...(books.length > 0 && { book_ids: books }),
  expires_at: lifetime === 'never' ? null : Date.now() + Number(lifetime) * DAY_MS,
})

interface FormProps {
  error: unknown
  pending: boolean
  onSubmit: (values: Values) => void
  onClose: () => void
}

function TokenForm({ error, pending, onSubmit, onClose }: FormProps) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery)
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { name: '', scopes: ['read'], books: [], lifetime: '90' },
    validate: {
      name: (value) => (value.trim() === '' ? t('account.tokens.name_needed') : null),
      scopes: (value) => (value.length === 0 ? t('account.tokens.scope_needed') : null),
    },
  })
  return (
    <form noValidate onSubmit={form.onSubmit(onSubmit)} className={classes.form}>
      {error !== null && <ErrorNotice error={error} />}
      <TextInput
        label={t('common.name')}
        placeholder={t('account.tokens.name_example')}
        data-autofocus
        maxLength={100}
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <Scopes key={form.key('scopes')} {...form.getInputProps('scopes')} />
      <MultiSelect
        label={t('account.tokens.books')}
        placeholder={t('account.tokens.all_books')}
        data={(books.data?.items ?? []).map((book) => ({ value: book.id, label: book.name }))}
        searchable
        clearable
        key={form.key('books')}
        {...form.getInputProps('books')}
      />
      <Select
        label={t('account.tokens.lifetime')}
        allowDeselect={false}
        data={LIFETIMES.map((value) => ({ value, label: t(`account.lifetime.${value}`) }))}
        key={form.key('lifetime')}
        {...form.getInputProps('lifetime')}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={pending}>
          {t('account.tokens.create')}
        </Button>
      </Group>
    </form>
  )
}

/** What the token may do; nobody can give more than they have. */
function Scopes(props: Omit<CheckboxGroupProps, 'children'>) {
  const { t } = useTranslation()
  const scopes: Scope[] = useIsOrgAdmin() ? ['read', 'write', 'admin'] : ['read', 'write']
  return (
    <Checkbox.Group label={t('account.tokens.may')} {...props}>
      <div className={classes.scopes}>
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            value={scope}
            label={t(`account.scope.${scope}`)}
            description={t(`account.scope_hint.${scope}`)}
          />
        ))}
      </div>
    </Checkbox.Group>
  )
}

function Made({ token, onClose }: { token: NewToken; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={classes.form}>
      <Notice tone="warn">{t('account.tokens.once')}</Notice>
      <TextInput
        label={t('account.tokens.value', { name: token.name })}
        value={token.token}
        readOnly
        classNames={{ input: classes.secret ?? '' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="space-between" gap="sm">
        <CopyButton text={token.token} label={t('account.tokens.copy')} />
        <Button onClick={onClose}>{t('account.tokens.saved')}</Button>
      </Group>
    </div>
  )
}
