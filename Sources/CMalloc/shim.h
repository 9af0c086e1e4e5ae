#ifndef COLISD_CMALLOC_SHIM_H
#define COLISD_CMALLOC_SHIM_H

// Swift's Glibc module leaves this header out.
#include <malloc.h>

// Swift imports no variadic function.
#include <sys/prctl.h>
static inline int colisd_set_dumpable(int is_dumpable) {
  return prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0);
}

#endif
