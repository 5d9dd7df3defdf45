export { addAbortListener, removeAbortListener } from './abort-listeners.ts'
export { onAbortUntil } from './abort-until.ts'
export { alignedSleepMs } from './aligned-sleep.ts'
export { fullJitter, type ExponentialBackoff } from './backoff.ts'
export { isBoundedJson, MAX_JSON_BYTES, toBoundedJson, type JsonValue } from './bounded-json.ts'
export { BoundedMap } from './bounded-map.ts'
export type { Clock } from './clock.ts'
export { describe } from './describe.ts'
export { didYouMean, nameAdvice } from './did-you-mean.ts'
export { messageOf, S3SchedError, type S3SchedErrorOptions } from './error.ts'
export { TypedEmitter, type EventMap, type EventNames, type Listener, type ListenerErrorHandler } from './events.ts'
export { hideConnections, hideInText } from './hide-connections.ts'
export { isJobName, JOB_NAME_EXPECTED } from './job-name.ts'
export { KEY_NAME } from './key-name.ts'
export { groupBy } from './group-by.ts'
export { guardLogger } from './guard-logger.ts'
export { isError } from './is-error.ts'
export { isObject } from './is-object.ts'
export { LazyAbort } from './lazy-abort.ts'
export { silentLogger, type LogFields, type Logger } from './logger.ts'
export { mapParallel } from './map-parallel.ts'
export { escapeName, keyPartOf, unescapeName } from './name-escapes.ts'
export { isThenable, onRejection } from './on-rejection.ts'
export {
  alsoCalled,
  boolean,
  custom,
  func,
  having,
  integer,
  number,
  oneOf,
  optional,
  resolveOptions,
  withheld,
  string,
  type NumberBounds,
  type OptionField,
  type OptionRelation,
  type OptionSpec,
  type ResolvedOptions,
} from './options.ts'
export { LATE, orLate } from './or-late.ts'
export type { Random } from './random.ts'
export { elapsedAtMost, takeReading, type Reading } from './reading.ts'
export { pause } from './pause.ts'
export { redactConnection, redactParameter } from './redact-connection.ts'
export { redirectOf } from './redirect.ts'
export { RepeatedTroubles } from './repeated-troubles.ts'
export { serializeError, type SerializedError } from './serialized-error.ts'
export { stableHash } from './stable-hash.ts'
export { allowManyListeners, createSharedAbort } from './shared-abort.ts'
export { Slots } from './slots.ts'
export { StartStop } from './start-stop.ts'
export { processSignals, type ProcessSignals, type StopOnSignal, type StopSignal } from './stop-on-signal.ts'
export { systemClock } from './system-clock.ts'
export { systemRandom } from './system-random.ts'
export { Timers } from './timers.ts'
export { isDate, toDate } from './to-date.ts'
export { WakeableLoops, WakeableSleep } from './wakeable-sleep.ts'
export { requireOfNode } from './require-of-node.ts'
export { wrongArgument } from './wrong-argument.ts'
