/*
 * A clock for crond that stands still while crond works. Only crond's sleep() moves the clock, at once.
 *
 * The clock is a file, so that jobs can read the clock too: two 64-bit numbers, the time and the end, in seconds since
 * the epoch. Before a move, the clock waits for every process that crond has started: a job sees the time of its start.
 * The end of a job cuts a sleep short, as its signal does to the real sleep(), so that jobs take no time. At the end of
 * the clock crond is told to stop.
 *
 * crond reads the time by time() and waits by sleep(). Nothing else affects the times of jobs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct standing_clock {
  int64_t now;
  int64_t end;
};

static volatile struct standing_clock *standing_clock(void) {
  static volatile struct standing_clock *mapped;
  if (mapped == NULL) {
    int file = open(getenv("STANDING_CLOCK"), O_RDWR);
    void *memory = mmap(NULL, sizeof *mapped, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || memory == MAP_FAILED) abort();
    close(file);
    mapped = memory;
  }
  return mapped;
}

time_t time(time_t *result) {
  time_t now = standing_clock()->now;
  if (result != NULL) *result = now;
  return now;
}

unsigned int sleep(unsigned int seconds) {
  int ended = 0;
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) ended = 1;
  if (ended) return seconds;
  standing_clock()->now += seconds;
  if (standing_clock()->now >= standing_clock()->end) raise(SIGTERM);
  return 0;
}
