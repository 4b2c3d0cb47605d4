import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from './toast.tsx'

/**
 * Puts `text` on the clipboard. Browsers hide the clipboard interface on plain HTTP, which is how
 * many intranets run, so the old command is the second way. False when both were refused.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by permission; the old way may still be allowed.
  }
  return copyByCommand(text)
}

function copyByCommand(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('readonly', '')
  field.style.cssText = 'position:fixed;top:0;left:0;opacity:0'
  const before = document.activeElement
  // Inside the open dialog, if any: its focus trap would take the selection away.
  const host = before?.closest('[role="dialog"]') ?? document.body
  host.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}

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
