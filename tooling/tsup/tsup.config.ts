import { defineConfig, type Options } from 'tsup'

/** How each package is built; the entries are arguments of the command. */
const options: Options = {
  format: 'esm',
  target: 'node22',
  clean: true,
  sourcemap: true,
  esbuildOptions: (esbuild) => {
    // The packages ship their sources, so that the maps need no copy of them: a fifth of each package.
    esbuild.sourcesContent = false
  },
}

export default defineConfig(options)
