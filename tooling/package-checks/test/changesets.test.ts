import { readConfig } from '@changesets/config'
import { expect, it } from 'vitest'
import { publicPackages, root } from '../src/public-packages.ts'

it('the configuration of the releases is valid', async () => {
  expect(await readConfig(root)).toMatchObject({ errors: undefined, warnings: [] })
})

it('all packages are released together, with one version', async () => {
  const { config } = await readConfig(root)
  expect(config?.fixed.map((group) => group.toSorted())).toEqual([publicPackages().map((each) => each.name)])
})
