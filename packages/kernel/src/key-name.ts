/**
 * A name that may stand between two slashes of a key: of an instance, a group. Such a name can't change the path, and
 * every store takes it.
 */
export const KEY_NAME: RegExp = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,128}$/
