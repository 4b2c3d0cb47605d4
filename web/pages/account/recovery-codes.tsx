import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../parts/copy.tsx'
import { Notice } from '../../parts/notice.tsx'
import classes from './account.module.css'

interface Props {
  codes: readonly string[]
  onSaved: () => void
}

/** Codes to recover by, the one time they are known. */
export function RecoveryCodes({ codes, onSaved }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <Notice tone="warn">{t('account.second_step.codes_text')}</Notice>
      <ol className={classes.codes} aria-label={t('account.second_step.codes_title')}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Group gap="sm">
        <CopyButton text={codes.join('\n')} label={t('account.second_step.codes_copy')} />
        <Button size="xs" onClick={onSaved}>
          {t('account.second_step.codes_saved')}
        </Button>
      </Group>
    </>
  )
}
