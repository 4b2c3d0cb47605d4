import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import i18next from 'i18next'
import { ApiError } from '../api.ts'
import { errorWords } from './error-words.ts'
import { TraceActions } from './trace-actions.tsx'

const UNDO_MS = 8000
const FAILED_MS = 10_000
/** Long enough to reach a button. */
const TRACED_MS = 20_000

/** Short messages in the corner. Read out by screen readers; nothing vital is said only here. */
export const toast = {
  done(message: string): void {
    notifications.show({
      message,
      color: 'accent',
      icon: <IconCheck size={16} />,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('common.close') },
    })
  },

  /** With a way back for eight seconds. */
  undoable(message: string, undo: () => void): void {
    const id = notifications.show({
      autoClose: UNDO_MS,
      color: 'accent',
      icon: <IconCheck size={16} />,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('common.close') },
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{message}</Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id)
              undo()
            }}
          >
            {i18next.t('common.undo')}
          </Button>
        </Group>
      ),
    })
  },

  /** What failed, by a sentence or by the error itself. */
  failed(what: unknown): void {
    const words =
      typeof what === 'string'
        ? { title: what, advice: undefined, traceId: undefined }
        : errorWords(i18next.t, what)
    const { traceId } = words
    notifications.show({
      title: words.title,
      message: traceId ? (
        <>
          {words.advice}
          <Group gap="xs" mt="xs">
            <TraceActions traceId={traceId} />
          </Group>
        </>
      ) : (
        words.advice
      ),
      color: 'danger',
      icon: <IconAlertTriangle size={16} />,
      autoClose: traceId ? TRACED_MS : FAILED_MS,
      withBorder: true,
      closeButtonProps: { 'aria-label': i18next.t('common.close') },
    })
    if (!(what instanceof ApiError) && typeof what !== 'string') console.error(what)
  },
}
