import type { ParseKeys } from 'i18next'
import { useTranslation } from 'react-i18next'

const KNOWN = [
  'DIRECTORY_UNREACHABLE',
  'DIRECTORY_TLS',
  'DIRECTORY_CLEAR_TEXT',
  'DIRECTORY_BIND',
  'DIRECTORY_BASE',
  'DIRECTORY_INCOMPLETE',
  'DIRECTORY_BUSY',
  'DIRECTORY_EMPTY',
  'DIRECTORY_IDENTITY',
  'DIRECTORY_VANISHING',
] as const

/** What to change, by the reason of a failure. */
export function useAdvice(): (reason: string | null) => string {
  const { t } = useTranslation()
  return (reason) => {
    const known = KNOWN.find((each) => each === reason) ?? 'other'
    return t(`directory.advice.${known}` satisfies ParseKeys)
  }
}
