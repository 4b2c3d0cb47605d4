import { Code, SegmentedControl, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../../parts/copy.tsx'
import classes from '../admin.module.css'
import styles from './directory.module.css'

const BASE = 'dc=corp,dc=example'

const lines = (preset: string, bindDn: string, more: readonly string[] = []): string =>
  [
    `ldap_preset = "${preset}"`,
    'ldap_url = "ldaps://dc1.corp.example, ldaps://dc2.corp.example"',
    'ldap_ca_file = "/etc/onefold/ca.pem"',
    `ldap_bind_dn = "${bindDn}"`,
    `ldap_base = "${BASE}"`,
    ...more,
  ].join('\n')

/** What stands in `onefold.toml`, by kind of directory. */
const PRESETS = {
  'active-directory': lines('active-directory', 'onefold@corp.example'),
  samba: lines('samba', 'onefold@corp.example'),
  openldap: lines('openldap', `cn=onefold,ou=services,${BASE}`, [
    `ldap_people_base = "ou=people,${BASE}"`,
    `ldap_groups_base = "ou=groups,${BASE}"`,
  ]),
  freeipa: lines('freeipa', `uid=onefold,cn=sysaccounts,cn=etc,${BASE}`, [
    `ldap_people_base = "cn=users,cn=accounts,${BASE}"`,
    `ldap_groups_base = "cn=groups,cn=accounts,${BASE}"`,
  ]),
} as const

type Preset = keyof typeof PRESETS

const isPreset = (name: string): name is Preset => name in PRESETS

/** Without a directory: what to write down for one. */
export function SetupCard() {
  const { t } = useTranslation()
  const [preset, setPreset] = useState<Preset>('active-directory')
  const kinds = Object.keys(PRESETS).filter(isPreset)
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('directory.none')}</h2>
      <p className={classes.cardText}>{t('directory.none_hint')}</p>
      <SegmentedControl
        className={styles.kinds ?? ''}
        aria-label={t('directory.kind')}
        data={kinds.map((value) => ({ value, label: t(`directory.preset.${value}`) }))}
        value={preset}
        onChange={(value) => isPreset(value) && setPreset(value)}
      />
      <Code block className={styles.lines ?? ''}>
        {PRESETS[preset]}
      </Code>
      <div className={styles.foot}>
        <Text size="sm" c="dimmed">
          {t('directory.setup_text')}
        </Text>
        <CopyButton text={PRESETS[preset]} label={t('directory.copy')} />
      </div>
    </section>
  )
}
