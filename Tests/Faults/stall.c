/* A machine that gives no answer: with $STALL_SYNC naming a file that exists, syncing to the disk takes
   for ever, and with $STALL_LOOKUP looking up a name does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

static void stall_where(const char *variable) {
  const char *path = getenv(variable);
  while (path && access(path, F_OK) == 0) sleep(1);
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
