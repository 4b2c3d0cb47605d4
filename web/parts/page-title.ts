import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

/** Names the browser tab after the page. */
export function usePageTitle(page: string): void {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = t('title', { page })
  }, [page, t])
}
