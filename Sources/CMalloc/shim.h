#ifndef COLISD_CMALLOC_SHIM_H
#define COLISD_CMALLOC_SHIM_H

// For dl_iterate_phdr of <link.h>.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

// Swift's Glibc module leaves this header out.
#include <malloc.h>

// Swift's Glibc module leaves this header out, too.
#include <link.h>

// Swift imports no variadic function.
#include <sys/prctl.h>
static inline int colisd_set_dumpable(int is_dumpable) {
  return prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0);
}

#endif
