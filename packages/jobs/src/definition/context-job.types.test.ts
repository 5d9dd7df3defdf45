import { expectTypeOf, it } from 'vitest'
import type { ContextArgument, ContextJobs, InferredJobs, JobContext, ResultOf, StandardSchema } from '../index.ts'

/* The compiler is the test: `npm run types` fails on a wrong type. */

interface Frame {
  readonly name: string
}

/** A scheduler of any frame, by its option with jobs. */
declare function inferred<Inputs, Fields, Defaults, Results>(
  option: ContextJobs<Inputs, Fields, Defaults, Results, Frame>,
): InferredJobs<Inputs, Fields, Defaults, Results>

declare const due: StandardSchema<{ readonly due: string; readonly to: string }, { readonly due: Date }>

type Jobs = ReturnType<typeof infer>
const infer = () =>
  inferred({
    jobs: {
      report: { schedule: '@daily', action: async ({ attempt }, frame) => frame.name.repeat(attempt) },
      invoice: {
        schedule: null,
        schema: due,
        context: { due: '2026-01-05' },
        action: (context) => {
          expectTypeOf(context.due).toEqualTypeOf<Date>()
        },
      },
      annotated: { schedule: null, action: ({ to }: JobContext<{ readonly to: string }>) => to },
      isolated: { schedule: null, action: new URL('file:///jobs/report.js') },
    },
  })

it('the compiler knows the context and the result of each job', () => {
  expectTypeOf<ResultOf<Jobs, 'report'>>().toEqualTypeOf<string>()
  expectTypeOf<ResultOf<Jobs, 'isolated'>>().toEqualTypeOf<unknown>()
  expectTypeOf<ContextArgument<Jobs, 'invoice'>>().toEqualTypeOf<
    [context: { readonly to: string; readonly due?: string }]
  >()
  expectTypeOf<ContextArgument<Jobs, 'annotated'>>().toEqualTypeOf<[context: { readonly to: string }]>()
  expectTypeOf<keyof Jobs>().toEqualTypeOf<'annotated' | 'invoice' | 'isolated' | 'report'>()
})
