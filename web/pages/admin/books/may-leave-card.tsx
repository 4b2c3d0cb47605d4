import { Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Book } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'
import { booksQuery } from '../../library/queries.ts'
import classes from '../admin.module.css'

/** Whether the contents of a book may leave the house; they may only after a word of warning. */
export function MayLeaveCard({ book }: { book: Book }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (mayLeave: boolean) =>
      answer(
        api.PATCH('/api/v1/books/{id}', {
          params: { path: { id: book.id } },
          body: { may_leave: mayLeave },
        }),
      ),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: booksQuery.queryKey }),
  })
  const choose = async (mayLeave: boolean) => {
    const sure =
      !mayLeave ||
      (await confirm({
        title: t('admin.leaving.sure', { name: book.name }),
        body: t('admin.leaving.warning'),
        confirm: t('admin.leaving.allow'),
      }))
    if (sure) change.mutate(mayLeave)
  }
  return (
    <section className={classes.card} aria-labelledby="leaving-title">
      <h2 id="leaving-title" className={classes.cardTitle} style={{ marginBottom: 12 }}>
        {t('admin.leaving.title')}
      </h2>
      <Switch
        label={t('admin.leaving.label')}
        description={t('admin.leaving.text')}
        checked={book.may_leave}
        disabled={change.isPending}
        onChange={(event) => void choose(event.currentTarget.checked)}
      />
    </section>
  )
}
