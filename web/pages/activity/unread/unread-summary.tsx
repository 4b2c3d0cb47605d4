import { Button } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconRefresh } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Format, useFormat } from '../../../parts/format.ts'
import { LoadMore } from '../../../parts/load-more.tsx'
import { Notice } from '../../../parts/notice.tsx'
import { type FilesOf, unreadQuery } from './queries.ts'
import { type Tally, tallyOf } from './tally.ts'
import classes from './unread.module.css'
import { UnreadRow } from './unread-row.tsx'
import { mayHelp, useRetryUnread } from './use-retry-unread.ts'

interface Props {
  of: FilesOf
  /** Those who may change the files may have them read again. */
  mayRetry: boolean
  /** Also says so when all were read whole. */
  always?: boolean
}

/** `97 understood, 2 partly, 1 not`, and each that is not whole by name, with what to do. */
export function UnreadSummary({ of, mayRetry, always = false }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const listId = useId()
  const unread = useInfiniteQuery(unreadQuery(of))
  const retry = useRetryUnread()
  const first = unread.data?.pages[0]
  if (!first || (first.unread === 0 && !always)) return null
  const items = unread.data?.pages.flatMap((page) => page.items) ?? []
  const helped = items.filter(mayHelp)
  const tally = tallyOf(first, items)
  const tone = tally.unread > 0 ? 'warn' : tally.waiting > 0 ? 'info' : 'good'
  return (
    <section className={classes.summary} aria-label={t('read.summary.title')}>
      <Notice tone={tone} title={wordsOf(t, format, tally)}>
        {items.length > 0 && (
          <div className={classes.acts}>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={isOpen ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
              aria-expanded={isOpen}
              aria-controls={listId}
              onClick={() => setOpen(!isOpen)}
            >
              {t(isOpen ? 'read.summary.hide' : 'read.summary.show')}
            </Button>
            {mayRetry && helped.length > 0 && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconRefresh size={14} />}
                loading={retry.isPending}
                onClick={() => retry.mutate(helped)}
              >
                {t('read.summary.retry_all')}
              </Button>
            )}
          </div>
        )}
        <div id={listId} hidden={!isOpen}>
          {isOpen && (
            <ul className={classes.list} aria-label={t('read.summary.files')}>
              {items.map((file) => (
                <UnreadRow key={file.document.id} file={file} mayRetry={mayRetry} />
              ))}
            </ul>
          )}
          {isOpen && unread.hasNextPage && (
            <LoadMore
              loading={unread.isFetchingNextPage}
              onMore={() => void (unread.isFetchingNextPage || unread.fetchNextPage())}
            />
          )}
        </div>
      </Notice>
    </section>
  )
}

/** Counts that are not nought, in a line. */
function wordsOf(t: TFunction, format: Format, tally: Tally): string {
  const { understood, partly, not, unread, waiting } = tally
  const counts =
    partly === undefined
      ? ([['unread', unread]] as const)
      : ([
          ['partly', partly],
          ['not', not ?? 0],
        ] as const)
  const all = [['understood', understood] as const, ...counts, ['waiting', waiting] as const]
  return all
    .filter(([name, count]) => count > 0 || name === 'understood')
    .map(([name, count]) => t(`read.summary.${name}`, { count, total: format.number(count) }))
    .join(', ')
}
