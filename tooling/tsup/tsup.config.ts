import { defineConfig, type Options } from 'tsup'
import { keepLinesOfMaps } from './maps-by-line.ts'

/** The build of every package; the entries are arguments of the command. */
const options: Options = {
  format: 'esm',
  target: 'node22',
  clean: true,
  sourcemap: true,
  esbuildOptions: (esbuild) => {
    // The packages ship their sources. A copy of the sources in the maps would be a fifth of a package.
    esbuild.sourcesContent = false
  },
  onSuccess: async () => keepLinesOfMaps('dist'),
}

export default defineConfig(options)
