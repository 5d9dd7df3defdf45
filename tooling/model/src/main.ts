/** `npm run model`: searches every state of the models in docs/model, and of each broken variant until it fails. */
import { ALL_CHECKS, describeCheck, type ModelCheck } from './model-check.ts'
import { HOW_TO_INSTALL, missingTools, search } from './search.ts'

const missing = await missingTools()
if (missing.length > 0) {
  console.error(`The models can't be checked: ${missing.join(' and ')} not found. ${HOW_TO_INSTALL}`)
  process.exitCode = 1
} else {
  for (const check of ALL_CHECKS) await report(check)
}

async function report(check: ModelCheck): Promise<void> {
  const { outcome, reason, seconds, states } = await search(check)
  const expected = check.broken === undefined ? 'holds' : 'violated'
  const isRight = outcome === expected
  if (!isRight) process.exitCode = 1
  const found = `${isRight ? 'ok    ' : 'WRONG '} ${outcome} after ${states} states, ${seconds} s`
  console.log(`${describeCheck(check)}\n  ${found}${reason === '' ? '' : `: ${reason}`}`)
}
