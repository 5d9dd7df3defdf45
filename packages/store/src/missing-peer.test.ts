import { expect, it } from 'vitest'
import { missingPeer } from './missing-peer.ts'

const missing = Object.assign(new Error("Cannot find package 'x'"), { code: 'ERR_MODULE_NOT_FOUND' })

it('names the package that is not installed, and the command', async () => {
  await expect(Promise.reject(missing).catch(missingPeer('x', 'a store az://…'))).rejects.toMatchObject({
    code: 'INVALID_CONNECTION',
    message: expect.stringContaining('a store az://… needs the package x, which is not installed') as string,
    suggestion: 'npm install x',
  })
})

it('passes on any other error of a package', async () => {
  const broken = new SyntaxError('unexpected token')
  await expect(Promise.reject(broken).catch(missingPeer('x', 'a store'))).rejects.toBe(broken)
})
