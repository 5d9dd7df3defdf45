/** Largest number of concurrent requests of a call: the number of connections kept by the AWS SDK. */
export const REQUESTS_AT_ONCE = 50
