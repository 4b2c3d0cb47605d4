import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Modality } from '../../../api-types.ts'
import { toast } from '../../../parts/toast.tsx'

const STEPS = ['extract', 'ocr', 'speech', 'picture', 'embed'] as const
type Step = (typeof STEPS)[number]

/** The step that is to be asked for again, where it may be asked for by itself. */
export const repeatable = ({ step }: Modality): Step | undefined =>
  STEPS.find((one) => one === step)

interface Wish {
  step: Step
  /** Pages or minutes, from 1; all that are missing unless said. */
  units?: number[]
}

/** Has a step of a document done again, as far as it was not done. */
export function useReadAgain(documentId: string) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (wish: Wish) =>
      answer(
        api.POST('/api/v1/documents/{id}/retry', {
          params: { path: { id: documentId } },
          body: wish,
        }),
      ),
    onSuccess: ({ retried, reason }) =>
      toast.done(reason ? t(`read.not_again.${reason}`) : t('read.again_done', { count: retried })),
    onError: toast.failed,
    onSettled: () => client.invalidateQueries({ queryKey: ['document', documentId] }),
  })
}
