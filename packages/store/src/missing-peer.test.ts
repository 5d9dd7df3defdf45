import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { missingPeer } from './missing-peer.ts'

const missing = Object.assign(new Error("Cannot find package 'x'"), { code: 'ERR_MODULE_NOT_FOUND' })

it('names the package that is not installed, and the command', () => {
  expect(missingPeer(missing, 'x', 'a store az://…')).toMatchObject({
    code: 'INVALID_CONNECTION',
    message: expect.stringContaining('a store az://… needs the package x, which is not installed') as string,
    suggestion: 'npm install x',
  })
})

it('passes on any other error of a package', () => {
  const broken = new SyntaxError('unexpected token')
  expect(missingPeer(broken, 'x', 'a store')).toBe(broken)
})

it('each import of an optional peer stands in a try: webpack refuses any other where the package is not installed', () => {
  const { peerDependenciesMeta } = JSON.parse(read('../package.json')) as { readonly peerDependenciesMeta: object }
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(read)
  const imports = sources.flatMap((source) => [...source.matchAll(/(.*\n.*)\bimport\('([^']+)'\)/g)])
  const ofPeers = imports.filter(([, , name = '']) => Object.hasOwn(peerDependenciesMeta, name))
  expect(ofPeers.map(([, , name = '']) => name).toSorted()).toEqual(Object.keys(peerDependenciesMeta).toSorted())
  for (const [, before] of ofPeers) expect(before).toMatch(/^\s*try \{\n\s*return await $/)
})

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8')
}
