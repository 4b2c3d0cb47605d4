import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DirectoryTest } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Pill, type Tone } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import { useAdvice } from './advice.ts'
import styles from './directory.module.css'
import { TestedPerson } from './tested-person.tsx'

/** Tries the directory, step by step. */
export function TestCard() {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const test = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/directory/test', { body: { name: name.trim() || null } })),
  })
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('directory.test')}</h2>
      <p className={classes.cardText}>{t('directory.test_text')}</p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          test.mutate()
        }}
      >
        <TextInput
          label={t('directory.name')}
          description={t('directory.name_hint')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={256}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={test.isPending}>
          {t('directory.run')}
        </Button>
      </form>
      <div aria-live="polite">
        {test.isError && <ErrorNotice error={test.error} />}
        {test.data && <Steps steps={test.data.steps} />}
        {test.data?.person && <TestedPerson person={test.data.person} />}
      </div>
    </section>
  )
}

const TONES = { ok: 'good', failed: 'bad', skipped: 'quiet' } satisfies Record<string, Tone>

function Steps({ steps }: { steps: DirectoryTest['steps'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const advice = useAdvice()
  return (
    <ol className={styles.steps} data-testid="directory-steps">
      {steps.map((step) => (
        <li key={step.step} data-state={step.state}>
          <div className={styles.step}>
            <span className={styles.stepName}>{t(`directory.step.${step.step}`)}</span>
            <Pill tone={TONES[step.state]} label={t(`directory.step_state.${step.state}`)} />
            <span className={`of-num ${classes.quiet}`}>
              {step.state === 'skipped' ? '' : format.duration(step.took_ms)}
            </span>
          </div>
          {step.found !== '' && <span className={styles.found}>{step.found}</span>}
          {step.state === 'failed' && <p className={styles.advice}>{advice(step.reason)}</p>}
        </li>
      ))}
    </ol>
  )
}
