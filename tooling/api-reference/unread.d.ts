/** This file stands in for libraries of which the reference shows names alone; see tsconfig.reference.json. */
declare const unread: undefined
