import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  loading: boolean
  onMore: () => void
}

/** Loads on when it comes into sight; a button too, for those who do not scroll. */
export function LoadMore({ loading, onMore }: Props) {
  const { t } = useTranslation()
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  latest.current = onMore
  useEffect(() => {
    const seen = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: '300px' },
    )
    if (place.current) seen.observe(place.current)
    return () => seen.disconnect()
  }, [])
  return (
    <div ref={place} style={{ display: 'flex', justifyContent: 'center', padding: 16 }}>
      <Button variant="default" onClick={onMore} loading={loading}>
        {t('common.more')}
      </Button>
    </div>
  )
}
