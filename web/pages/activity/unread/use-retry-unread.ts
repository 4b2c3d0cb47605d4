import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { UnreadFile } from '../../../api-types.ts'
import { toast } from '../../../parts/toast.tsx'
import { repeatable } from '../../file/read/use-read-again.ts'

/** Whether another try of the same content may give more. */
export const mayHelp = ({ problems }: UnreadFile): boolean =>
  problems.some(({ action }) => action === 'retry' || action === 'add_program')

/** Tries again what was not read of these files; one that cannot be tried keeps no other from it. */
export function useRetryUnread() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (files: readonly UnreadFile[]) => {
      let retried = 0
      let failure: unknown
      for (const file of files) {
        try {
          if (await retryOf(file)) retried += 1
        } catch (error) {
          failure ??= error
        }
      }
      if (failure !== undefined) toast.failed(failure)
      return retried
    },
    onSuccess: (count) => toast.done(t('read.summary.retried', { count })),
    onError: toast.failed,
    onSettled: () =>
      Promise.all(
        [['documents'], ['jobs'], ['job-stats']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })
}

async function retryOf({ document, problems }: UnreadFile): Promise<boolean> {
  let retried = 0
  for (const problem of problems) {
    const step = repeatable(problem)
    if (!step || problem.action === 'replace_file' || problem.action === 'split_file') continue
    const path = { id: document.id }
    const call = api.POST('/api/v1/documents/{id}/retry', { params: { path }, body: { step } })
    retried += (await answer(call)).retried
  }
  return retried > 0
}
