// stopwatch: runs a command and writes what it took as one JSON line into a file.
//
//   stopwatch FILE COMMAND [ARGUMENT]...
//
// Why not from Python: the kernel counts the memory of the process that starts another one into the
// other's peak, and Python's own is more than some of these commands take. CPU and peak memory are those
// of the command and of all its children that it waited for.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec * 1e-6; }

int main(int count, char **arguments) {
  if (count < 3) {
    fputs("usage: stopwatch FILE COMMAND [ARGUMENT]...\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // no command outlives its benchmark
  double start = now();
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(arguments[2], arguments + 2);
    fprintf(stderr, "%s: %s\n", arguments[2], strerror(errno));
    _exit(127);
  }
  int status;
  struct rusage usage;
  while (wait4(child, &status, 0, &usage) < 0)
    if (errno != EINTR) return 1;
  double wall = now() - start;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  FILE *file = fopen(arguments[1], "w");
  if (!file) {
    perror(arguments[1]);
    return 1;
  }
  fprintf(file, "{\"wall\":%.6f,\"user\":%.6f,\"system\":%.6f,\"peak_kib\":%ld,\"code\":%d}\n", wall,
          seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss, code);
  return fclose(file) ? 1 : 0;
}
