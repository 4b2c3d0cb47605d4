import type { Command } from 'commander'
import { loadSettings, type Setting } from '../../config/load.ts'
import { namedOptions } from '../../config/schema.ts'
import { print, table } from './output.ts'

export function addConfig(program: Command): void {
  program
    .command('config')
    .description('Show every option in effect and who said so, secrets masked.')
    .option('--check', 'only say whether the configuration is right')
    .option('--markdown', 'print the table of all options for the documentation')
    .action((options: { check?: boolean; markdown?: boolean }, command: Command) => {
      if (options.markdown) return console.log(optionTable())
      const settings = loadSettings()
      if (options.check) return print(command, { ok: true }, () => 'The configuration is right.')
      const shown = settings.map((setting) => ({
        key: setting.key,
        env: setting.env,
        value: shownValue(setting),
        origin: setting.origin,
      }))
      const toText = () =>
        table(
          ['OPTION', 'VALUE', 'FROM'],
          shown.map(({ key, value, origin }) => [key, String(value ?? '-'), origin]),
        )
      print(command, shown, toText)
    })
}

function shownValue({ option, value }: Setting): unknown {
  if (value === undefined) return null
  if (option.kind === 'secret') return '(set)'
  return value
}

/** The options as the documentation lists them, in Markdown. */
export function optionTable(): string {
  const rows = namedOptions.map(({ key, env, option }) => {
    const fallback = option.fallbackText ?? option.fallback()
    const shown = fallback === undefined ? '–' : option.fallbackText ? fallback : `\`${fallback}\``
    const type = option.unit ? `${option.type}, ${option.unit}` : option.type
    return `| \`${key}\` | \`${env}\` | ${type} | ${shown} | ${option.doc} |`
  })
  return [
    '| In `onefold.toml` | In the environment | Type | Default | What it does |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
