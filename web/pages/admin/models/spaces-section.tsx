import { Button, Progress, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Space } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Pill, type Tone } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import styles from './spaces.module.css'
import { spacesQuery } from './spaces-queries.ts'
import { useSpaceActions } from './use-space-actions.ts'

const TONES: Record<Space['state'], Tone> = { active: 'good', building: 'busy', old: 'quiet' }

/** Which model's vectors answer, which are built beside them, and which are kept. */
export function SpacesSection() {
  const { t } = useTranslation()
  const spaces = useQuery(spacesQuery)
  return (
    <section className={classes.card} aria-labelledby="spaces">
      <h2 className={classes.cardTitle} id="spaces">
        {t('spaces.title')}
      </h2>
      <p className={classes.cardText}>{t('spaces.text')}</p>
      {spaces.isError && <ErrorNotice error={spaces.error} onRetry={() => void spaces.refetch()} />}
      {spaces.isPending && <Skeleton height={96} />}
      {spaces.data?.length === 0 && <p className={classes.cardText}>{t('spaces.none')}</p>}
      <ul className={styles.spaces}>
        {spaces.data?.map((space) => (
          <SpaceRow key={space.id} space={space} />
        ))}
      </ul>
    </section>
  )
}

function SpaceRow({ space }: { space: Space }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { build, retry, sure, isBusy } = useSpaceActions()
  const { state, contents, failed, wanted } = space
  const looked = contents + failed
  return (
    <li className={styles.space}>
      <div className={styles.head}>
        <strong>{space.model || space.id}</strong>
        <Pill tone={TONES[state]} label={t(`spaces.state.${state}`)} />
      </div>
      <p className={styles.quiet}>
        {[
          t(`spaces.kind.${space.kind}`),
          t('spaces.contents', { count: contents, total: format.number(contents) }),
          failed > 0 && t('spaces.failed', { count: failed, total: format.number(failed) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {state === 'building' && (
        <Progress
          value={wanted > 0 ? Math.min(100, (looked / wanted) * 100) : 0}
          aria-label={t('spaces.progress', {
            done: format.number(looked),
            total: format.number(wanted),
          })}
        />
      )}
      <div className={styles.acts}>
        {failed > 0 && (
          <Button size="xs" variant="default" loading={isBusy} onClick={() => retry(space.id)}>
            {t('spaces.retry')}
          </Button>
        )}
        {state === 'old' && space.model !== '' && (
          <Button size="xs" variant="default" loading={isBusy} onClick={() => build(space)}>
            {t('spaces.build')}
          </Button>
        )}
        {state !== 'active' && (
          <>
            <Button
              size="xs"
              variant="default"
              loading={isBusy}
              onClick={() => void sure('switch', space)}
            >
              {t('spaces.switch')}
            </Button>
            <Button
              size="xs"
              variant="subtle"
              color="red"
              loading={isBusy}
              onClick={() => void sure('drop', space)}
            >
              {t('spaces.drop')}
            </Button>
          </>
        )}
      </div>
    </li>
  )
}
