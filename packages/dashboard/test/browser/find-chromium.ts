import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const ELSEWHERE = [
  '/usr/bin',
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
]
const APPLE_NAMES = ['Chromium', 'Google Chrome']

/** A Chromium of this machine: the program in `CHROMIUM`, else the first on the PATH or in the usual folders. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['CHROMIUM'] ?? ''
  if (named !== '') return isProgram(named) ? named : undefined
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...ELSEWHERE]
  const candidates = folders.flatMap((folder) => [...NAMES, ...APPLE_NAMES].map((name) => join(folder, name)))
  return candidates.find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
