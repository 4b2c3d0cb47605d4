import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../session.ts'
import { copyText } from './copy-text.ts'

/** For whoever asks IT about a failure: its trace id; for IT itself, the trace. */
export function TraceActions({ traceId }: { traceId: string }) {
  const { t } = useTranslation()
  const [said, setSaid] = useState<'copied' | 'copy_failed'>()
  const copy = async () => setSaid((await copyText(traceId)) ? 'copied' : 'copy_failed')
  const isAdmin = useIsAdminIfKnown()
  return (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={said === 'copied' ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => void copy()}
      >
        <span aria-live="polite">{t(`common.${said ?? 'copy_trace'}`)}</span>
      </Button>
      {isAdmin && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRoute size={14} />}
          renderRoot={(props) => <ToTrace {...props} id={traceId} />}
        >
          {t('traces.open')}
        </Button>
      )}
    </>
  )
}

/** A small link to a trace, for administrators; nothing for everybody else. */
export function TraceLink({ traceId, name }: { traceId: string; name: string }) {
  const { t } = useTranslation()
  if (!useIsAdminIfKnown()) return null
  const label = t('traces.open_of', { name })
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        renderRoot={(props) => <ToTrace {...props} id={traceId} />}
      >
        <IconRoute size={16} />
      </ActionIcon>
    </Tooltip>
  )
}

function ToTrace({ id, ...rest }: { id: string } & Record<string, unknown>) {
  return <Link {...rest} to="/admin/$section" params={{ section: 'traces' }} search={{ id }} />
}

/** Failures are told before anybody has signed in, too: nobody is asked for that. */
const useIsAdminIfKnown = (): boolean =>
  useQuery({ ...sessionQuery, enabled: false }).data?.user.org_role === 'admin'
