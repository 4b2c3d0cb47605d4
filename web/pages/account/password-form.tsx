import { Button, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, answer, api } from '../../api.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { Notice } from '../../parts/notice.tsx'
import { toast } from '../../parts/toast.tsx'
import { useSession } from '../../session.ts'
import { Card } from './card.tsx'

const SHORTEST = 8

export function PasswordForm() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { user, initial_password_unchanged: initial } = useSession()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', next: '', again: '' },
    validate: {
      current: (value) => (value === '' ? t('account.password.needed') : null),
      next: (value) =>
        value.length < SHORTEST ? t('account.password.too_short', { count: SHORTEST }) : null,
      again: (value, all) => (value === all.next ? null : t('account.password.differs')),
    },
  })
  const change = useMutation({
    mutationFn: (body: { current: string; next: string }) =>
      answer(api.POST('/api/v1/password', { body })),
    onSuccess: async () => {
      form.reset()
      toast.done(t('account.password.done'))
      await client.invalidateQueries({ queryKey: ['session'] })
      await client.invalidateQueries({ queryKey: ['sessions'] })
    },
    onError: (error) => {
      if (isWrong(error)) form.setFieldError('current', t('account.password.wrong'))
    },
  })
  const reveal = { 'aria-label': t('signin.show_password') }
  return (
    <Card title={t('account.password.title')} hint={t('account.password.hint')}>
      {initial && <Notice tone="warn">{t('signin.change_password')}</Notice>}
      {change.isError && !isWrong(change.error) && <ErrorNotice error={change.error} />}
      <form
        noValidate
        onSubmit={form.onSubmit(({ current, next }) => change.mutate({ current, next }))}
        style={{ display: 'grid', gap: 12 }}
      >
        {/* Password managers need to know whose password it is. */}
        <input type="text" autoComplete="username" value={user.username} readOnly hidden />
        <PasswordInput
          label={t('account.password.current')}
          autoComplete="current-password"
          visibilityToggleButtonProps={reveal}
          key={form.key('current')}
          {...form.getInputProps('current')}
        />
        <PasswordInput
          label={t('account.password.next')}
          description={t('account.password.rule', { count: SHORTEST })}
          autoComplete="new-password"
          visibilityToggleButtonProps={reveal}
          key={form.key('next')}
          {...form.getInputProps('next')}
        />
        <PasswordInput
          label={t('account.password.again')}
          autoComplete="new-password"
          visibilityToggleButtonProps={reveal}
          key={form.key('again')}
          {...form.getInputProps('again')}
        />
        <Button type="submit" loading={change.isPending} style={{ justifySelf: 'start' }}>
          {t('account.password.submit')}
        </Button>
      </form>
    </Card>
  )
}

const isWrong = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === 'WRONG_PASSWORD'
