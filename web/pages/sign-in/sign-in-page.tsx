import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import { Notice } from '../../parts/notice.tsx'
import { usePageTitle } from '../../parts/page-title.ts'
import { safeReturnPath, sessionQuery } from '../../session.ts'
import { CodeForm } from './code-form.tsx'
import { Elsewhere } from './elsewhere.tsx'
import { SignInFailure } from './failure.tsx'
import classes from './sign-in.module.css'

interface Credentials {
  username: string
  password: string
}

export function SignInPage() {
  const { t } = useTranslation()
  usePageTitle(t('signin.title'))
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <div className={classes.brand}>
          <span className={classes.logo} aria-hidden />
          Onefold
        </div>
        <div className={`of-card ${classes.card}`}>
          <h1 className={classes.title}>{t('signin.title')}</h1>
          <p className={classes.intro}>{t('signin.intro')}</p>
          <Elsewhere />
          <SignInForm />
        </div>
        <FirstTime />
      </div>
    </main>
  )
}

function SignInForm() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { t } = useTranslation()
  const { from } = useSearch({ from: '/sign-in' })
  const [ticket, setTicket] = useState<string>()
  const [isOver, setOver] = useState(false)
  const enter = async () => {
    client.clear()
    await client.fetchQuery(sessionQuery)
    await navigate({ href: safeReturnPath(from, location.origin), replace: true })
  }
  const back = (over: boolean) => {
    setTicket(undefined)
    setOver(over)
  }
  if (ticket !== undefined) return <CodeForm ticket={ticket} onDone={enter} onBack={back} />
  return (
    <>
      {isOver && (
        <div className={classes.failure} role="alert">
          <Notice tone="warn">{t('signin.code_over')}</Notice>
        </div>
      )}
      <PasswordForm onDone={enter} onTicket={setTicket} />
    </>
  )
}

interface FormProps {
  onDone: () => Promise<void>
  onTicket: (ticket: string) => void
}

function PasswordForm({ onDone, onTicket }: FormProps) {
  const { t } = useTranslation()
  const form = useForm<Credentials>({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: {
      username: (value) => (value.trim() === '' ? t('signin.missing_username') : null),
      password: (value) => (value === '' ? t('signin.missing_password') : null),
    },
  })
  const signIn = useMutation({
    mutationFn: (body: Credentials) => answer(api.POST('/api/v1/session', { body })),
    onSuccess: async (done) => ('ticket' in done ? onTicket(done.ticket) : await onDone()),
    onError: () => form.setFieldValue('password', ''),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      {signIn.isError && <SignInFailure error={signIn.error} />}
      <TextInput
        label={t('signin.username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        withAsterisk={false}
        size="md"
        key={form.key('username')}
        {...form.getInputProps('username')}
      />
      <PasswordInput
        label={t('signin.password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        size="md"
        mt="md"
        visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <Button type="submit" fullWidth size="md" mt="lg" loading={signIn.isPending}>
        {t('signin.submit')}
      </Button>
    </form>
  )
}

function FirstTime() {
  const { t } = useTranslation()
  return (
    <details className={classes.first}>
      <summary>{t('signin.first_time')}</summary>
      <p>{t('signin.first_time_hint', { user: 'admin', path: 'data/initial-admin-password' })}</p>
    </details>
  )
}
