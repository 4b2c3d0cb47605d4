import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { copyText } from './copy-text.ts'
import { toast } from './toast.tsx'

/** Copies, and says whether it worked for two seconds. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<void> } {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (text: string) => {
    if (await copyText(text)) setCopied(true)
    else toast.failed(t('common.copy_failed'))
  }
  return { copied, copy }
}

interface CopyProps {
  text: string
  /** What is copied, as the button's name. */
  label: string
}

/** Small icon button. */
export function CopyIcon({ text, label }: CopyProps) {
  const { t } = useTranslation()
  const { copied, copy } = useCopy()
  return (
    <Tooltip label={copied ? t('common.copied') : label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => void copy(text)}>
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        <span className="of-hidden" role="status">
          {copied ? t('common.copied') : ''}
        </span>
      </ActionIcon>
    </Tooltip>
  )
}

/** Button with words. */
export function CopyButton({ text, label }: CopyProps) {
  const { t } = useTranslation()
  const { copied, copy } = useCopy()
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      onClick={() => void copy(text)}
    >
      <span aria-live="polite">{copied ? t('common.copied') : label}</span>
    </Button>
  )
}
