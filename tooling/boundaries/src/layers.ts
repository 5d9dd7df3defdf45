/** The layers of a package, from the lowest; each is folders and files below `src`, a folder with a slash at its end. */
export type Layers = readonly (readonly string[])[]

/**
 * The layers of packages with many folders: a file imports files of its own layer and of lower layers. A test is free to
 * import any.
 */
export const layersOf: Readonly<Record<string, Layers>> = {
  engine: [
    [
      'check-engine-options.ts',
      'diagnostics.ts',
      'engine-env.ts',
      'engine-options.ts',
      'event-of.ts',
      'events.ts',
      'scheduler-listeners.ts',
    ],
    ['first-answer.ts', 'store-contact.ts'],
    ['pace/'],
    ['presence/'],
    ['definitions/'],
    ['bucket.ts', 'run-outcomes.ts'],
    ['runs/'],
    ['fleet/'],
    ['ticks/'],
    ['standby/'],
    ['leader/'],
    ['job-status.ts', 'job-history-entry.ts'],
    ['engine.ts', 'open-engine.ts'],
    ['engine-life.ts', 'engine-views.ts', 'job-manager.ts', 'lazy-engine.ts', 'run-orders.ts'],
    ['opentelemetry/', 'testing/'],
    ['index.ts'],
  ],
}

/** The pattern of the files of some layers. */
export function patternOf(name: string, layers: Layers): string {
  const places = layers.flat().map((place) => (place.endsWith('/') ? place : `${place.replaceAll('.', '\\.')}$`))
  return `^packages/${name}/src/(${places.join('|')})`
}
