import type { Command } from 'commander'
import { print } from './output.ts'

export function addOllama(program: Command): void {
  const ollama = program
    .command('ollama')
    .description('The Ollama of the configuration, which may embed texts.')
  ollama
    .command('status')
    .description('Say whether it answers, and which models it has.')
    .action(status)
  ollama
    .command('pull [model]')
    .description('Have it fetch a model from where it gets its models; nothing else ever does.')
    .action(pull)
}

async function status(_options: object, command: Command): Promise<void> {
  const { loadConfig } = await import('../../config/load.ts')
  const { ollamaState } = await import('../../config/elsewhere.ts')
  const state = (await ollamaState(loadConfig())) ?? { version: '', models: [] }
  print(command, state, () =>
    state.version === ''
      ? 'No Ollama is configured. Set ONEFOLD_OLLAMA_URL.'
      : `Ollama ${state.version}: ${state.models.join(', ') || 'no models'}.`,
  )
}

/** Progress goes where nobody reads an answer from. */
async function pull(name: string | undefined, _options: object, command: Command): Promise<void> {
  const { loadConfig } = await import('../../config/load.ts')
  const { pullOllama } = await import('../../config/elsewhere.ts')
  const config = loadConfig()
  const model = name ?? config.ollama.model
  let told = ''
  await pullOllama(config, model, ({ status: doing, doneBytes, totalBytes }) => {
    const percent = totalBytes > 0 ? ` ${Math.floor((100 * doneBytes) / totalBytes)} %` : ''
    const line = `${doing}${percent}`
    if (line !== told) process.stderr.write(`${line}\n`)
    told = line
  })
  print(command, { model }, () => `${model} is there.`)
}
