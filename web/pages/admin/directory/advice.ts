import type { ParseKeys } from 'i18next'
import { useTranslation } from 'react-i18next'

const KNOWN = [
  'DIRECTORY_UNREACHABLE',
  'DIRECTORY_TLS',
  'DIRECTORY_NO_HOST',
  'DIRECTORY_REFUSED',
  'DIRECTORY_SILENT',
  'DIRECTORY_TLS_AUTHORITY',
  'DIRECTORY_TLS_NAME',
  'DIRECTORY_TLS_DATES',
  'DIRECTORY_TLS_NONE',
  'DIRECTORY_NO_BASE',
  'DIRECTORY_NOBODY',
  'DIRECTORY_NO_GROUPS',
  'DIRECTORY_NO_PERSON',
  'DIRECTORY_SEVERAL',
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
