import { sql } from 'kysely'
import type { Database } from '../adapters/sql/database.ts'
import { newId } from '../core/ids.ts'

interface Statement {
  text: string
  parameters: readonly unknown[]
}

/** Statements that `work` reads with, each with the plan that SQLite makes of it. */
export async function plansOf(
  db: Database,
  work: () => Promise<unknown>,
): Promise<{ text: string; plan: string }[]> {
  const seen: Statement[] = []
  const executor = db.read.getExecutor()
  const execute = executor.executeQuery
  executor.executeQuery = (query, ...more) => {
    seen.push({ text: query.sql, parameters: query.parameters })
    return execute.call(executor, query, ...more) as never
  }
  try {
    await work()
  } finally {
    executor.executeQuery = execute
  }
  return Promise.all(seen.map(async (each) => ({ text: each.text, plan: await planOf(db, each) })))
}

async function planOf(db: Database, query: Statement): Promise<string> {
  const { rows } = await db.read.executeQuery<{ detail: string }>({
    sql: `explain query plan ${query.text}`,
    parameters: query.parameters,
    query: sql``.toOperationNode(),
    queryId: { queryId: newId() },
  })
  return rows.map((row) => row.detail).join('\n')
}
