import { sql } from 'kysely'
import type { StepUnit, StepUnits, UnitsOf } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'

/** What long steps have so far, as rows. */
export const sqlUnits = (db: Database): StepUnits => ({
  async all(of) {
    const rows = await db.read
      .selectFrom('step_units')
      .select(['unit', 'state', 'tries', 'body'])
      .where('digest', '=', of.digest)
      .where('step', '=', of.step)
      .where('step_version', '=', of.stepVersion)
      .where((eb) => eb.or([eb('made_by', '=', of.by), eb('state', '=', 'asked')]))
      .orderBy('unit')
      .execute()
    return rows.map(({ body, ...row }): StepUnit => ({ ...row, body: JSON.parse(body) }))
  },

  begin: (of, units) =>
    db.write(async (tx) => {
      for (const unit of units) {
        await sql`
          insert into step_units (digest, step, step_version, made_by, unit, state, tries)
          values (${of.digest}, ${of.step}, ${of.stepVersion}, ${of.by}, ${unit}, 'begun', 1)
          on conflict do update set state = 'begun', step_version = excluded.step_version,
            made_by = excluded.made_by,
            tries = case when step_version = excluded.step_version and made_by = excluded.made_by
              then tries + 1 else 1 end`.execute(tx)
      }
    }),

  giveBack: (of, units) =>
    db.write(async (tx) => {
      await sql`
        update step_units set tries = max(0, tries - 1)
        where digest = ${of.digest} and step = ${of.step} and state = 'begun'
          and unit in (select value from json_each(${JSON.stringify(units)}))`.execute(tx)
    }),

  end: (of, units) =>
    db.write(async (tx) => {
      for (const { unit, state, body } of units) {
        const kept = JSON.stringify(body)
        await sql`
          insert into step_units (digest, step, step_version, made_by, unit, state, body)
          values (${of.digest}, ${of.step}, ${of.stepVersion}, ${of.by}, ${unit}, ${state}, ${kept})
          on conflict do update set state = excluded.state, body = excluded.body, tries = 0,
            step_version = excluded.step_version, made_by = excluded.made_by`.execute(tx)
      }
      await sql`
        update jobs set attempts = 1
        where digest = ${of.digest} and step = ${of.step} and state = 'running'
          and version_id is null and replay_id is null`.execute(tx)
    }),
})

/** Has a step do some units again, and no others, when it is run next. */
export async function askUnits(
  tx: Tx,
  of: Omit<UnitsOf, 'by'>,
  units: readonly number[],
): Promise<void> {
  for (const unit of units) {
    await sql`
      insert into step_units (digest, step, step_version, unit, state)
      values (${of.digest}, ${of.step}, ${of.stepVersion}, ${unit}, 'asked')
      on conflict do nothing`.execute(tx)
  }
}

/** The step has ended with a result that holds all of it. */
export const forgetUnits = (tx: Tx, { digest, step }: { digest: string; step: string }) =>
  tx.deleteFrom('step_units').where('digest', '=', digest).where('step', '=', step).execute()

/** What was given up is tried as if it never had been; a step that is under way is left alone. */
export async function forgetGivenUp(tx: Tx, of: { digest: string; step: string }): Promise<void> {
  await sql`
    delete from step_units
    where digest = ${of.digest} and step = ${of.step} and state <> 'done' and not exists (
      select 1 from jobs j
      where j.digest = ${of.digest} and j.step = ${of.step} and j.version_id is null
        and j.replay_id is null and j.state in ('queued', 'running'))`.execute(tx)
}
