import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Way } from '../../api-types.ts'
import classes from './access.module.css'

const STRENGTH = ['admin', 'contributor', 'viewer']

/** Every way to a role, the strongest first; of several, each with what it gives. */
export function Ways({ ways }: { ways: readonly Way[] }) {
  const { t } = useTranslation()
  const inOrder = [...ways].sort(
    (a, b) => STRENGTH.indexOf(a.role ?? '') - STRENGTH.indexOf(b.role ?? ''),
  )
  return (
    <ul className={classes.ways}>
      {inOrder.map((way) => (
        <li key={way.grant_id ?? way.by}>
          {ways.length > 1 && (
            <>
              <span className={classes.gives}>{t(`role.${way.role ?? 'viewer'}`)}</span>
              {' · '}
            </>
          )}
          {howWords(t, way)}
        </li>
      ))}
    </ul>
  )
}

/** How somebody came to a role, in words. */
function howWords(t: TFunction, { by, on, group }: Way): string {
  if (by === 'office' || on === 'box') return t('access.how.office')
  if (by === 'own') return t(`access.how.own_${on}`)
  if (by === 'everyone') return t(`access.how.everyone_${on}`)
  return t(`access.how.group_${on}`, { group: group?.name ?? '' })
}
