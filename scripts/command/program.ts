import { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { addAll } from './all.ts'
import { addAudit } from './audit.ts'
import { addBook } from './book.ts'
import { addConfig } from './config.ts'
import { addDoctor } from './doctor.ts'
import { addDoors } from './door.ts'
import { addHold } from './hold.ts'
import { addJobs } from './jobs.ts'
import { addKv } from './kv.ts'
import { addLdap } from './ldap.ts'
import { addMigrate } from './migrate.ts'
import { addModels } from './models.ts'
import { addOllama } from './ollama.ts'
import { addPrivacy } from './privacy.ts'
import { addProvider } from './provider.ts'
import { EXIT_CODES } from './report.ts'
import { addShare } from './share.ts'
import { addSlo } from './slo.ts'
import { addSpaces } from './spaces.ts'
import { addToken } from './token.ts'
import { addUpkeep } from './upkeep.ts'
import { addUser } from './user.ts'

/** The whole command line. Commands load what they need only when they run. */
export function program(): Command {
  const root = new Command('onefold')
    .description('Every file stored once, understood once, and found by everyone who may see it.')
    .version(packageFile.version)
    .option('--json', 'answer in JSON')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', EXIT_CODES)
  for (const add of [
    addAll,
    addDoors,
    addMigrate,
    addUser,
    addBook,
    addLdap,
    addShare,
    addToken,
    addModels,
    addSpaces,
    addOllama,
    addPrivacy,
    addUpkeep,
    addSlo,
    addHold,
    addAudit,
    addJobs,
    addProvider,
    addKv,
    addDoctor,
    addConfig,
  ])
    add(root)
  return root
}
