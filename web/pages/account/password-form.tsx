import { Button, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, answer, api } from '../../api.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { Notice } from '../../parts/notice.tsx'
import { toast } from '../../parts/toast.tsx'
import { useSession } from '../../session.ts'
import classes from './account.module.css'
import { Card } from './card.tsx'

const SHORTEST = 8
const FIELDS = ['current', 'next', 'again'] as const

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
  return (
    <Card title={t('account.password.title')} hint={t('account.password.hint')}>
      {initial && <Notice tone="warn">{t('signin.change_password')}</Notice>}
      {change.isError && !isWrong(change.error) && <ErrorNotice error={change.error} />}
      <form
        noValidate
        onSubmit={form.onSubmit(({ current, next }) => change.mutate({ current, next }))}
        className={classes.form}
      >
        {/* Password managers need to know whose password it is. */}
        <input type="text" autoComplete="username" value={user.username} readOnly hidden />
        {FIELDS.map((field) => (
          <PasswordInput
            label={t(`account.password.${field}`)}
            {...(field === 'next' && {
              description: t('account.password.rule', { count: SHORTEST }),
            })}
            autoComplete={field === 'current' ? 'current-password' : 'new-password'}
            visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }}
            key={form.key(field)}
            {...form.getInputProps(field)}
          />
        ))}
        <Button type="submit" loading={change.isPending} className={classes.start ?? ''}>
          {t('account.password.submit')}
        </Button>
      </form>
    </Card>
  )
}

const isWrong = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === 'WRONG_PASSWORD'
