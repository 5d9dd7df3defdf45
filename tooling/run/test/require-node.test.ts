import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const module = fileURLToPath(new URL('../require-node.mjs', import.meta.url))

async function start(version: string): Promise<{ code: number; text: string }> {
  const script = `
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } })
    const { requireNode } = await import(${JSON.stringify(module)})
    requireNode()
    console.log('went on')`
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr })
    })
  })
}

it('refuses a Node that is too old, and says what to do', async () => {
  const { code, text } = await start('18.20.4')
  expect(code).toBe(1)
  expect(text).toMatch(/needs Node 20 or newer, and this is Node 18\.20\.4/)
  expect(text).not.toContain('went on')
})

it('lets Node 20 pass', async () => {
  expect(await start('20.0.0')).toEqual({ code: 0, text: 'went on\n' })
})
