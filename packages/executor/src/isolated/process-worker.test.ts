import { expect, it } from 'vitest'
import { inheritedFlags } from './process-worker.ts'

it('gives a worker the flags of its parent, but no program text and no port of a debugger', () => {
  const flags = [
    '--conditions=a',
    '--inspect=9229',
    '--import',
    'tsx',
    '-e',
    'main()',
    '--input-type=module',
    '--print=1',
  ]
  expect(inheritedFlags(flags)).toEqual(['--conditions=a', '--import', 'tsx'])
})
