/** Price of a LIST of up to 1,000 objects in GETs, by S3's list prices. */
const GETS_PER_LIST = 12
const OBJECTS_PER_LIST = 1000

/** True when a list of all jobs costs less than a read of each due job. */
export function isListCheaper(due: number, jobs: number): boolean {
  return due > GETS_PER_LIST * Math.ceil(jobs / OBJECTS_PER_LIST)
}
