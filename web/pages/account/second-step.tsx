import { Button, Group } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { useFormat } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import { toast } from '../../parts/toast.tsx'
import { useSession } from '../../session.ts'
import classes from './account.module.css'
import { Card } from './card.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SetUpSecondStep } from './set-up-second-step.tsx'
import { StepForm } from './step-form.tsx'

const secondStepQuery = queryOptions({
  queryKey: ['second-step'],
  queryFn: () => answer(api.GET('/api/v1/second-step')),
})

type Doing = 'set_up' | 'renew' | 'switch_off'

/** The code that is asked for at sign-in, beside the password. */
export function SecondStep() {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { second_step_needed: needed } = useSession()
  const step = useQuery(secondStepQuery)
  const [doing, setDoing] = useState<Doing>()
  const [codes, setCodes] = useState<readonly string[]>()
  const changed = async () => {
    await client.invalidateQueries({ queryKey: ['second-step'] })
    await client.invalidateQueries({ queryKey: ['sessions'] })
  }
  const got = (made: readonly string[]) => {
    setDoing(undefined)
    setCodes(made)
    void changed()
  }
  const close = () => setDoing(undefined)
  const saved = () => {
    setCodes(undefined)
    void client.invalidateQueries({ queryKey: ['session'] })
  }
  const { data } = step
  const isOn = data !== undefined && data.on_since !== null
  return (
    <Card title={t('account.second_step.title')} hint={t('account.second_step.hint')}>
      {needed && <Notice tone="warn">{t('account.second_step.needed')}</Notice>}
      {step.isError && <ErrorNotice error={step.error} onRetry={() => void step.refetch()} />}
      {data && (
        <div>
          {isOn
            ? t('account.second_step.on', {
                date: format.date(data.on_since ?? 0),
                count: data.recovery_codes_left,
              })
            : t('account.second_step.off')}
        </div>
      )}
      {codes && <RecoveryCodes codes={codes} onSaved={saved} />}
      {doing === 'set_up' && <SetUpSecondStep onDone={got} onClose={close} />}
      {doing === 'renew' && <Renew onDone={got} onClose={close} />}
      {doing === 'switch_off' && (
        <SwitchOff
          onDone={() => {
            close()
            void changed()
          }}
          onClose={close}
        />
      )}
      {data && !codes && !doing && (
        <Group gap="sm" className={classes.start ?? ''}>
          {!isOn && (
            <Button onClick={() => setDoing('set_up')}>{t('account.second_step.set_up')}</Button>
          )}
          {isOn && (
            <Button variant="default" onClick={() => setDoing('renew')}>
              {t('account.second_step.renew')}
            </Button>
          )}
          {isOn && !data.required && (
            <Button variant="default" onClick={() => setDoing('switch_off')}>
              {t('account.second_step.switch_off')}
            </Button>
          )}
        </Group>
      )}
    </Card>
  )
}

interface DoingProps<T> {
  onDone: (done: T) => void
  onClose: () => void
}

function Renew({ onDone, onClose }: DoingProps<readonly string[]>) {
  const { t } = useTranslation()
  const renew = useMutation({
    mutationFn: (code: string) =>
      answer(api.POST('/api/v1/second-step/recovery-codes', { body: { code } })),
    onSuccess: ({ recovery_codes }) => {
      toast.done(t('account.second_step.renewed'))
      onDone(recovery_codes)
    },
  })
  return (
    <StepForm
      fields={['code']}
      codeLabel={t('account.second_step.code_or_recovery')}
      submit={t('account.second_step.renew')}
      error={renew.error}
      pending={renew.isPending}
      onSubmit={({ code }) => renew.mutate(code)}
      onClose={onClose}
    />
  )
}

function SwitchOff({ onDone, onClose }: DoingProps<void>) {
  const { t } = useTranslation()
  const off = useMutation({
    mutationFn: (body: { password: string; code: string }) =>
      answer(api.POST('/api/v1/second-step/off', { body })),
    onSuccess: () => {
      toast.done(t('account.second_step.switched_off'))
      onDone()
    },
  })
  return (
    <StepForm
      fields={['password', 'code']}
      codeLabel={t('account.second_step.code_or_recovery')}
      submit={t('account.second_step.switch_off')}
      error={off.error}
      pending={off.isPending}
      onSubmit={(values) => off.mutate(values)}
      onClose={onClose}
    />
  )
}
