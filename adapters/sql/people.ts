import type { People } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { peopleAccounts } from './people-accounts.ts'
import { peopleGroups } from './people-groups.ts'
import { peopleSeeAs } from './people-see-as.ts'
import { peopleSessions } from './people-sessions.ts'
import { peopleTokens } from './people-tokens.ts'
import { NO_QUOTA, type QuotaRule, quotaOf, wrongQuotas } from './quota.ts'

/** Accounts, groups, sessions and tokens in SQL. */
export const sqlPeople = (db: Database, quota: QuotaRule = NO_QUOTA): People => ({
  ...peopleAccounts(db),
  ...peopleGroups(db),
  ...peopleSessions(db),
  ...peopleSeeAs(db),
  ...peopleTokens(db),
  quota: (userId) => quotaOf(db.read, userId, quota),
  wrongQuotas: () => wrongQuotas(db.read),
})
