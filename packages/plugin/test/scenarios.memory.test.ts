import { describe } from 'vitest'
import { describeScenarios } from './scenarios/scenario-suite.ts'

describe('in memory', () => {
  let count = 0
  describeScenarios(async () => ({ connection: `memory://scenario-${count++}`, remove: async () => undefined }))
})
