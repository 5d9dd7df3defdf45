/** The ends of a predecessor's run that start a job; `'end'`: any end in its process. */
export type AfterOn = 'success' | 'failure' | 'end'

/** A job whose run starts another job: by name for its success, or with the end that counts. */
export type Predecessor = string | { readonly job: string; readonly on?: AfterOn }
