import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { encode } from 'uqr'
import { answer, api } from '../../api.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { toast } from '../../parts/toast.tsx'
import classes from './account.module.css'
import { StepForm } from './step-form.tsx'

interface Props {
  onDone: (codes: readonly string[]) => void
  onClose: () => void
}

/** First the password, then the secret with its picture, then a first code. */
export function SetUpSecondStep({ onDone, onClose }: Props) {
  const { t } = useTranslation()
  const begin = useMutation({
    mutationFn: (password: string) =>
      answer(api.POST('/api/v1/second-step', { body: { password } })),
  })
  const turnOn = useMutation({
    mutationFn: (code: string) => answer(api.POST('/api/v1/second-step/on', { body: { code } })),
    onSuccess: ({ recovery_codes }) => {
      toast.done(t('account.second_step.done'))
      onDone(recovery_codes)
    },
  })
  if (!begin.data) {
    return (
      <StepForm
        fields={['password']}
        submit={t('account.second_step.begin')}
        error={begin.error}
        pending={begin.isPending}
        onSubmit={({ password }) => begin.mutate(password)}
        onClose={onClose}
      />
    )
  }
  const { secret, address } = begin.data
  return (
    <>
      <p className={classes.hint}>{t('account.second_step.scan')}</p>
      <QrCode text={address} label={t('account.second_step.picture')} />
      <TextInput
        label={t('account.second_step.type')}
        value={secret.match(/.{1,4}/g)?.join(' ') ?? secret}
        readOnly
        classNames={{ input: classes.secret ?? '' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div>
        <CopyButton text={secret} label={t('account.second_step.copy')} />
      </div>
      <StepForm
        fields={['code']}
        submit={t('account.second_step.confirm')}
        error={turnOn.error}
        pending={turnOn.isPending}
        onSubmit={({ code }) => turnOn.mutate(code)}
        onClose={onClose}
      />
    </>
  )
}

/** Phones want four modules of white around it (ISO/IEC 18004), and dark on light in the dark, too. */
const QUIET = 4

function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])))
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join('')} fill="#000" shapeRendering="crispEdges" />
    </svg>
  )
}
