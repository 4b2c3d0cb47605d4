import { Button } from '@mantine/core'
import { IconFileUnknown } from '@tabler/icons-react'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorNotice } from '../parts/error-notice.tsx'

/** For a wrong address, and for what is absent or hidden: the two look the same. */
export function PageMissing() {
  const { t } = useTranslation()
  return (
    <div>
      <EmptyState
        level={1}
        icon={<IconFileUnknown size={26} stroke={1.5} />}
        title={t('error.not_found_title')}
        action={
          <Button component={Link} to="/search" variant="default">
            {t('nav.search')}
          </Button>
        }
      >
        {t('error.not_found')}
      </EmptyState>
    </div>
  )
}

/** For an address outside of the frame: the same words, and the page's main part of its own. */
export function WholePageMissing() {
  return (
    <main>
      <PageMissing />
    </main>
  )
}

/** For a failure before the frame is there, such as a server that does not answer. */
export function WholePageError(props: ErrorProps) {
  const { t } = useTranslation()
  return (
    <main>
      <h1 className="of-hidden">{t('error.title')}</h1>
      <PageError {...props} />
    </main>
  )
}

interface ErrorProps {
  error: unknown
  reset: () => void
}

/** For a page that failed as a whole. */
export function PageError({ error, reset }: ErrorProps) {
  const router = useRouter()
  if (error instanceof ApiError && error.status === 404) return <PageMissing />
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <div style={{ maxWidth: 640, margin: '48px auto', padding: '0 16px' }}>
      <ErrorNotice error={error} onRetry={again} />
    </div>
  )
}
