import { Button } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import { Notice } from '../../parts/notice.tsx'
import { safeReturnPath } from '../../session.ts'
import classes from './sign-in.module.css'

const waysQuery = queryOptions({
  queryKey: ['sign-in'],
  queryFn: () => answer(api.GET('/api/v1/sign-in')),
  retry: false,
})

const PROBLEMS = [
  'OIDC_UNREACHABLE',
  'OIDC_INCOMPLETE',
  'OIDC_REFUSED',
  'OIDC_INVALID',
  'OIDC_OVER',
  'OIDC_DISABLED',
  'NO_OIDC',
] as const

/** The button to a provider that people sign in at, where there is one, and what went wrong there. */
export function Elsewhere() {
  const { t } = useTranslation()
  const { from, problem } = useSearch({ from: '/sign-in' })
  const { data } = useQuery(waysQuery)
  const known = PROBLEMS.find((each) => each === problem) ?? 'other'
  const back = safeReturnPath(from, location.origin)
  return (
    <>
      {problem !== undefined && (
        <div className={classes.failure} role="alert">
          <Notice tone="warn">{t(`signin.elsewhere.problem.${known}`)}</Notice>
        </div>
      )}
      {data?.oidc && (
        <>
          <Button
            component="a"
            href={`/api/v1/session/oidc?from=${encodeURIComponent(back)}`}
            fullWidth
            size="md"
          >
            {t('signin.elsewhere.by', { name: data.oidc.name })}
          </Button>
          <p className={classes.or}>{t('signin.elsewhere.or')}</p>
        </>
      )}
    </>
  )
}
