import { Button, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import type { Token } from '../../api-types.ts'
import { confirm } from '../../parts/confirm.tsx'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { useFormat } from '../../parts/format.ts'
import { toast } from '../../parts/toast.tsx'
import classes from './account.module.css'
import { Card } from './card.tsx'
import { NewTokenDialog } from './new-token.tsx'

const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => answer(api.GET('/api/v1/tokens')),
  select: (page) => page.items,
})

/** Keys for scripts and other programs. */
export function Tokens() {
  const { t } = useTranslation()
  const tokens = useQuery(tokensQuery)
  const [open, dialog] = useDisclosure(false)
  return (
    <Card
      title={t('account.tokens.title')}
      hint={t('account.tokens.hint')}
      action={
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={dialog.open}>
          {t('account.tokens.new')}
        </Button>
      }
    >
      {tokens.isPending && <Skeleton height={64} />}
      {tokens.isError && <ErrorNotice error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && <p className={classes.hint}>{t('account.tokens.none')}</p>}
      {tokens.data && tokens.data.length > 0 && (
        <ul className={classes.rows}>
          {tokens.data.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      {open && <NewTokenDialog onClose={dialog.close} />}
    </Card>
  )
}

function TokenRow({ token }: { token: Token }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () =>
      answer(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => toast.done(t('account.tokens.revoked', { name: token.name })),
    onError: toast.failed,
    onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  })
  const ask = async () => {
    const sure = await confirm({
      title: t('account.tokens.ask', { name: token.name }),
      body: t('account.tokens.ask_body'),
      confirm: t('account.tokens.revoke'),
      danger: true,
    })
    if (sure) revoke.mutate()
  }
  const endOf = ({ expires_at: end }: Token) => {
    if (end === null) return t('account.tokens.never_expires')
    const date = format.date(end)
    return end > Date.now()
      ? t('account.tokens.expires', { date })
      : t('account.tokens.expired', { date })
  }
  const facts = [
    token.scopes.map((scope) => t(`account.scope.${scope}`)).join(', '),
    endOf(token),
    token.last_used_at === null
      ? t('account.tokens.never_used')
      : t('account.tokens.used', { when: format.ago(token.last_used_at) }),
  ]
  return (
    <li className={classes.row}>
      <IconKey size={18} stroke={1.5} className={classes.rowIcon} aria-hidden />
      <div className={classes.rowWords}>
        <div className={classes.rowName}>{token.name}</div>
        <div className={classes.hint}>{facts.join(' · ')}</div>
      </div>
      <Button
        size="xs"
        variant="default"
        onClick={() => void ask()}
        loading={revoke.isPending}
        aria-label={t('account.tokens.revoke_named', { name: token.name })}
      >
        {t('account.tokens.revoke')}
      </Button>
    </li>
  )
}
