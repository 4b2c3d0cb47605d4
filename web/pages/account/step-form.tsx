import { Button, Group, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import classes from './account.module.css'

interface Values {
  password: string
  code: string
}

interface Props {
  fields: readonly (keyof Values)[]
  codeLabel?: string
  submit: string
  error: unknown
  pending: boolean
  onSubmit: (values: Values) => void
  onClose: () => void
}

const WORDS = { WRONG_PASSWORD: 'password.wrong', WRONG_CODE: 'second_step.code_wrong' } as const

/** Asks for the own password, for a code, or for both. */
export function StepForm(props: Props) {
  const { t } = useTranslation()
  const { fields, error } = props
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { password: '', code: '' },
    validate: {
      password: (value) =>
        fields.includes('password') && value === '' ? t('account.password.needed') : null,
      code: (value) =>
        fields.includes('code') && value.trim() === ''
          ? t('account.second_step.code_needed')
          : null,
    },
  })
  const wrong = wrongIn(error)
  return (
    <form noValidate onSubmit={form.onSubmit(props.onSubmit)} className={classes.form}>
      {error !== null && !wrong && <ErrorNotice error={error} />}
      {fields.includes('password') && (
        <PasswordInput
          label={t('account.second_step.password')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
          {...(wrong === 'WRONG_PASSWORD' && { error: t(`account.${WORDS[wrong]}`) })}
        />
      )}
      {fields.includes('code') && (
        <TextInput
          label={props.codeLabel ?? t('account.second_step.code')}
          description={t('account.second_step.code_hint')}
          autoComplete="one-time-code"
          key={form.key('code')}
          {...form.getInputProps('code')}
          {...(wrong === 'WRONG_CODE' && { error: t(`account.${WORDS[wrong]}`) })}
        />
      )}
      <Group gap="sm">
        <Button type="submit" loading={props.pending}>
          {props.submit}
        </Button>
        <Button variant="default" onClick={props.onClose}>
          {t('common.cancel')}
        </Button>
      </Group>
    </form>
  )
}

function wrongIn(error: unknown): keyof typeof WORDS | undefined {
  const reason = error instanceof ApiError ? error.reason : undefined
  return reason === 'WRONG_PASSWORD' || reason === 'WRONG_CODE' ? reason : undefined
}
