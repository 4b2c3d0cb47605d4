import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight } from '@mantine/spotlight'
import { type Icon, IconMoon, IconRowInsertBottom, IconSearch, IconSun } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { setDensity, useDensity } from '../preferences.ts'
import { useDestinations } from './main-nav.tsx'
import classes from './palette.module.css'
import { FileActions } from './palette-files.tsx'
import { closePalette, paletteStore } from './palette-store.ts'

const WAIT_MS = 150

/** The command palette, Ctrl K: files as you type, pages, commands. */
export function Palette() {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const [settled] = useDebouncedValue(query.trim(), WAIT_MS)
  const commands = useCommands(query.trim())
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      // Ctrl K works from inside a text field too: on the search page the focus is in one.
      tagsToIgnore={[]}
      scrollable
      maxHeight="min(480px, 70vh)"
      centered={false}
      yOffset={72}
      // What was typed goes once it has faded out: opened again before that, it would still stand there.
      transitionProps={{ duration: 100, exitDuration: 0 }}
      classNames={{ search: classes.search ?? '', content: classes.content ?? '' }}
      // On the dialog itself: anywhere else it lands on an element that may not be named.
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        leftSection={<IconSearch size={20} stroke={1.5} />}
      />
      <Spotlight.ActionsList>
        {(['go', 'commands'] as const).map((group) => {
          const own = commands.filter((command) => command.group === group)
          return own.length === 0 ? null : (
            <Spotlight.ActionsGroup key={group} label={t(`palette.${group}`)}>
              {own.map((command) => (
                <Spotlight.Action
                  key={command.label}
                  label={command.label}
                  leftSection={<command.icon size={18} stroke={1.5} aria-hidden />}
                  onClick={() => {
                    closePalette()
                    command.run()
                  }}
                />
              ))}
            </Spotlight.ActionsGroup>
          )
        })}
        {query.trim() !== '' && <FileActions typed={query.trim()} settled={settled} />}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

interface Command {
  group: 'go' | 'commands'
  label: string
  icon: Icon
  run: () => void
}

/** Whether every word typed begins a word of the label. */
const begins = (label: string, typed: string): boolean => {
  const words = label.toLocaleLowerCase().split(/\s+/)
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((start) => words.some((word) => word.startsWith(start)))
}

/** Pages and commands that fit what was typed. */
function useCommands(typed: string): Command[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  const dense = useDensity() === 'dense'
  const pages = useDestinations().map(
    ({ key, to, icon }): Command => ({
      group: 'go',
      label: t(`nav.${key}`),
      icon,
      run: () => void navigate({ to }),
    }),
  )
  const commands: Command[] = [
    {
      group: 'commands',
      label: dark ? t('palette.theme_light') : t('palette.theme_dark'),
      icon: dark ? IconSun : IconMoon,
      run: () => setColorScheme(dark ? 'light' : 'dark'),
    },
    {
      group: 'commands',
      label: dense ? t('palette.dense_off') : t('palette.dense_on'),
      icon: IconRowInsertBottom,
      run: () => setDensity(dense ? 'normal' : 'dense'),
    },
  ]
  return [...pages, ...commands].filter((command) => begins(command.label, typed))
}
