import { SegmentedControl, Select, useMantineColorScheme } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, type Language, setLanguage } from '../../i18n/index.ts'
import { setDensity, useDensity } from '../../preferences.ts'
import classes from './account.module.css'
import { Card } from './card.tsx'

const SCHEMES = ['auto', 'light', 'dark'] as const
const DENSITIES = ['normal', 'dense'] as const

/** How the page looks on this browser. */
export function Appearance() {
  const { t, i18n } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const density = useDensity()
  return (
    <Card title={t('account.look.title')} hint={t('account.look.hint')}>
      <Select
        label={t('account.look.language')}
        value={i18n.language}
        allowDeselect={false}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        onChange={(value) => value && void setLanguage(value as Language)}
      />
      <Choice label={t('account.look.theme')}>
        {(id) => (
          <SegmentedControl
            fullWidth
            aria-labelledby={id}
            value={colorScheme}
            onChange={(value) => setColorScheme(SCHEMES.find((one) => one === value) ?? 'auto')}
            data={SCHEMES.map((value) => ({ value, label: t(`account.look.${value}`) }))}
          />
        )}
      </Choice>
      <Choice label={t('account.look.rows')}>
        {(id) => (
          <SegmentedControl
            fullWidth
            aria-labelledby={id}
            value={density}
            onChange={(value) => setDensity(value === 'dense' ? 'dense' : 'normal')}
            data={DENSITIES.map((value) => ({ value, label: t(`account.look.${value}`) }))}
          />
        )}
      </Choice>
    </Card>
  )
}

function Choice({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div>
      <div id={id} className={classes.label}>
        {label}
      </div>
      {children(id)}
    </div>
  )
}
