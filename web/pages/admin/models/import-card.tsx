import { Button, Progress } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyIcon } from '../../../parts/copy.tsx'
import { toast } from '../../../parts/toast.tsx'
import classes from '../admin.module.css'
import styles from './models.module.css'
import { modelsQuery } from './queries.ts'
import { sendBundle } from './send-bundle.ts'

/** Takes in a signed file that another box has exported; says by which key this one signs. */
export function ImportCard({ fingerprint }: { fingerprint: string }) {
  const { t } = useTranslation()
  const pick = useRef<HTMLInputElement>(null)
  const { send, share } = useSending()
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('models.import.title')}</h2>
      <p className={classes.cardText}>{t('models.import.text')}</p>
      <input
        ref={pick}
        type="file"
        hidden
        data-testid="pick-bundle"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file) void send(file)
        }}
      />
      {share === undefined ? (
        <Button
          variant="default"
          leftSection={<IconUpload size={16} />}
          onClick={() => pick.current?.click()}
        >
          {t('models.import.choose')}
        </Button>
      ) : (
        <Progress value={share * 100} aria-label={t('models.import.sending')} />
      )}
      <p className={styles.key}>
        {t('models.import.own_key')} <code>{fingerprint}</code>
        <CopyIcon text={fingerprint} label={t('models.import.copy_key')} />
      </p>
    </section>
  )
}

function useSending() {
  const client = useQueryClient()
  const [share, setShare] = useState<number>()
  const send = async (file: File) => {
    setShare(0)
    try {
      await sendBundle(file, setShare)
    } catch (error) {
      toast.failed(error)
    } finally {
      setShare(undefined)
      await client.invalidateQueries({ queryKey: modelsQuery.queryKey })
    }
  }
  return { send, share }
}
