/* A machine that gives no answer: with $STALL_SYNC naming a file that exists, syncing to the disk takes
   for ever, and with $STALL_LOOKUP looking up a name does. A file FILE.reached tells that somebody waits. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void stall_where(const char *variable) {
  const char *path = getenv(variable);
  char reached[4096];
  if (!path || access(path, F_OK) != 0) return;
  snprintf(reached, sizeof reached, "%s.reached", path);
  close(open(reached, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  while (access(path, F_OK) == 0) sleep(1);
}

int fdatasync(int descriptor) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  stall_where("STALL_SYNC");
  return real(descriptor);
}

int fsync(int descriptor) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  stall_where("STALL_SYNC");
  return real(descriptor);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  static lookup *real;
  if (!real) real = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
  if (!hints || !(hints->ai_flags & AI_NUMERICHOST)) stall_where("STALL_LOOKUP");
  return real(node, service, hints, result);
}
