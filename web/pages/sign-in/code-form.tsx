import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, answer, api } from '../../api.ts'
import { SignInFailure } from './failure.tsx'
import classes from './sign-in.module.css'

interface Props {
  ticket: string
  onDone: () => Promise<void>
  /** Back to the password; `isOver` when the ticket is good no more. */
  onBack: (isOver: boolean) => void
}

/** The second half of signing in: a code of the app, or one to recover by. */
export function CodeForm({ ticket, onDone, onBack }: Props) {
  const { t } = useTranslation()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: '' },
    validate: { code: (value) => (value.trim() ? null : t('account.second_step.code_needed')) },
  })
  const send = useMutation({
    mutationFn: (code: string) =>
      answer(api.POST('/api/v1/session/code', { body: { ticket, code } })),
    onSuccess: onDone,
    onError: (error) => {
      form.setFieldValue('code', '')
      if (error instanceof ApiError && error.reason === 'SIGN_IN_OVER') onBack(true)
    },
  })
  return (
    <form noValidate onSubmit={form.onSubmit(({ code }) => send.mutate(code))}>
      <h2 className={classes.step}>{t('signin.code_title')}</h2>
      <p className={classes.intro}>{t('signin.code_intro')}</p>
      {send.isError && <SignInFailure error={send.error} />}
      <TextInput
        label={t('signin.code')}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        withAsterisk={false}
        size="md"
        key={form.key('code')}
        {...form.getInputProps('code')}
      />
      <Button type="submit" fullWidth size="md" mt="lg" loading={send.isPending}>
        {t('signin.code_submit')}
      </Button>
      <Button variant="subtle" fullWidth mt="xs" onClick={() => onBack(false)}>
        {t('signin.back')}
      </Button>
    </form>
  )
}
