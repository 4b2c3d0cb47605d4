import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'
import type { Role } from '../../../api-types.ts'
import { toast } from '../../../parts/toast.tsx'
import type { GrantPlace } from './queries.ts'

export type SubjectId = { user_id: string } | { group_id: string }

/** Gives a role there; one that the person or group had before is replaced. */
export function useGiveRole({ book, chapter }: GrantPlace) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ subject, role }: { subject: SubjectId; role: Role }) => {
      const body = { ...subject, role }
      return chapter
        ? answer(
            api.POST('/api/v1/chapters/{id}/grants', {
              params: { path: { id: chapter.id } },
              body,
            }),
          )
        : answer(api.POST('/api/v1/books/{id}/grants', { params: { path: { id: book.id } }, body }))
    },
    onError: (error) => toast.failed(error),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['access'] })
      return client.invalidateQueries({ queryKey: ['grants'] })
    },
  })
}
