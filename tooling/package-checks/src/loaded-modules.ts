import { runProgram } from './run-program.ts'

/** Runs `script` in the folder `cwd`, and returns the loaded files of packages, as URLs. */
export async function modulesLoadedBy(script: string, cwd: string): Promise<readonly string[]> {
  const recording = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({
      load(url, context, next) {
        loaded.push(url)
        return next(url, context)
      },
    })
    ${script}
    console.log(JSON.stringify(loaded))`
  const { code, output } = await runProgram(process.execPath, ['--input-type=module', '-e', recording], { cwd })
  if (code !== 0) throw new Error(output)
  const loaded = JSON.parse(output.trim().split('\n').at(-1) ?? '') as string[]
  return loaded.filter((url) => url.startsWith('file:'))
}
