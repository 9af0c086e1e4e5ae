// Lets the name shop.test lead where a file says ($NAMES_FILE: an address), so that it can change while a program runs.
// Where the file says "never", the resolver does not answer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*lookup)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
  lookup real = (lookup)dlsym(RTLD_NEXT, "getaddrinfo");
  const char *file = getenv("NAMES_FILE");
  char address[64] = "";
  if (name && file && strcmp(name, "shop.test") == 0) {
    FILE *stream = fopen(file, "re");
    if (!stream) return EAI_FAIL;
    if (!fgets(address, sizeof address, stream)) address[0] = 0;
    fclose(stream);
    address[strcspn(address, "\n")] = 0;
    while (strcmp(address, "never") == 0) pause();
    name = address;
  }
  return real(name, service, hints, found);
}
