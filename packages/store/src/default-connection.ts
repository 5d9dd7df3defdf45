/** The store of an application that names none: a folder in the working directory. */
export const DEFAULT_CONNECTION = 'file://.s3sched'
