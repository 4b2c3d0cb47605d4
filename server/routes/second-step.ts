import {
  beginSecondStep,
  ownSecondStep,
  renewRecoveryCodes,
  resetSecondStep,
  turnOffSecondStep,
  turnOnSecondStep,
} from '../../core/account/second-step.ts'
import { actorOf, router, whoOf } from '../context.ts'
import * as contract from '../contract/second-step.ts'
import type { Door } from '../door.ts'
import { accountOut } from '../wire/account.ts'

/** The code that is asked for at sign-in: set up, renewed, taken away. */
export const secondStep = ({ ports, options, throttle }: Door) => {
  const rules = { throttle, isRequired: options.isCodeRequired }
  return router()
    .openapi(contract.getSecondStepRoute, async (c) => {
      const { onSince, recoveryCodesLeft, isRequired } = await ownSecondStep(
        ports,
        actorOf(c),
        rules,
      )
      return c.json(
        {
          on_since: onSince ?? null,
          recovery_codes_left: recoveryCodesLeft,
          required: isRequired,
        },
        200,
      )
    })
    .openapi(contract.beginSecondStepRoute, async (c) => {
      const { password } = c.req.valid('json')
      return c.json(await beginSecondStep(ports, whoOf(c), { password, throttle }), 201)
    })
    .openapi(contract.turnOnSecondStepRoute, async (c) => {
      const { code } = c.req.valid('json')
      const codes = await turnOnSecondStep(ports, whoOf(c), { code, throttle })
      return c.json({ recovery_codes: codes }, 200)
    })
    .openapi(contract.renewRecoveryCodesRoute, async (c) => {
      const { code } = c.req.valid('json')
      const codes = await renewRecoveryCodes(ports, whoOf(c), { code, throttle })
      return c.json({ recovery_codes: codes }, 200)
    })
    .openapi(contract.turnOffSecondStepRoute, async (c) => {
      await turnOffSecondStep(ports, whoOf(c), { ...c.req.valid('json'), ...rules })
      return c.body(null, 204)
    })
    .openapi(contract.resetSecondStepRoute, async (c) => {
      const user = await resetSecondStep(ports, actorOf(c), c.req.valid('param').id)
      return c.json(accountOut(user), 200)
    })
}
