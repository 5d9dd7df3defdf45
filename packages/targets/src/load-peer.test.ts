import { expect, it } from 'vitest'
import { loadPeer } from './load-peer.ts'

const missing = Object.assign(new Error("Cannot find package 'x'"), { code: 'ERR_MODULE_NOT_FOUND' })

it('names the package that is not installed, and the command', async () => {
  await expect(loadPeer('x', 'the target x', () => Promise.reject(missing))).rejects.toMatchObject({
    code: 'REFUSED',
    retriable: false,
    message: 'the target x needs the package x, which is not installed. npm install x',
  })
})

it('passes on any other error of a package', async () => {
  const broken = new SyntaxError('unexpected token')
  await expect(loadPeer('x', 'the target x', () => Promise.reject(broken))).rejects.toBe(broken)
})
