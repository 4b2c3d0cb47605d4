import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { useFormat } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import classes from './sign-in.module.css'

const WORDS: Readonly<Record<string, 'code_wrong' | 'code_over' | 'initial_over'>> = {
  WRONG_CODE: 'code_wrong',
  SIGN_IN_OVER: 'code_over',
  INITIAL_PASSWORD_OVER: 'initial_over',
}

/** Why sign-in failed: wrong words, too many tries with the time left, or a server in trouble. */
export function SignInFailure({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const { code, reason = '' } = error instanceof ApiError ? error : {}
  const isDown = error instanceof ApiError && error.reason?.startsWith('DIRECTORY_') === true
  return (
    <div className={classes.failure} role="alert">
      {code === 'unauthenticated' && (
        <Notice tone="warn">{t(`signin.${WORDS[reason] ?? 'wrong'}`)}</Notice>
      )}
      {code === 'rate_limited' && error instanceof ApiError && <Throttled error={error} />}
      {isDown && <Notice tone="warn">{t('directory.sign_in_down')}</Notice>}
      {code !== 'unauthenticated' && code !== 'rate_limited' && !isDown && (
        <ErrorNotice error={error} />
      )}
    </div>
  )
}

function Throttled({ error }: { error: ApiError }) {
  const { t } = useTranslation()
  const format = useFormat()
  const left = useTimeLeft(error)
  return (
    <Notice tone="warn">
      {left > 0 ? t('signin.throttled', { wait: format.duration(left) }) : t('signin.again')}
    </Notice>
  )
}

/** Milliseconds until another try makes sense, counted down by the second. */
function useTimeLeft(error: ApiError): number {
  const [left, setLeft] = useState(error.retryAfterMs ?? 0)
  useEffect(() => {
    const until = Date.now() + (error.retryAfterMs ?? 0)
    const tick = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000) * 1000))
    tick()
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [error])
  return left
}
