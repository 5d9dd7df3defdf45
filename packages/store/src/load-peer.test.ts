import { expect, it } from 'vitest'
import { loadPeer } from './load-peer.ts'

const missing = Object.assign(new Error("Cannot find package 'x'"), { code: 'ERR_MODULE_NOT_FOUND' })

it('names the package that is not installed, and the command', async () => {
  await expect(loadPeer('x', 'a store az://…', () => Promise.reject(missing))).rejects.toMatchObject({
    code: 'INVALID_CONNECTION',
    message: expect.stringContaining('a store az://… needs the package x, which is not installed') as string,
    suggestion: 'npm install x',
  })
})

it('passes on any other error of a package', async () => {
  const broken = new SyntaxError('unexpected token')
  await expect(loadPeer('x', 'a store', () => Promise.reject(broken))).rejects.toBe(broken)
})
