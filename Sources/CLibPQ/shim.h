#ifndef COLISD_CLIBPQ_SHIM_H
#define COLISD_CLIBPQ_SHIM_H

#include <libpq-fe.h>
// Swift's Glibc module leaves this header out.
#include <sys/epoll.h>

// A macro in the header, and Swift imports no casts.
static inline char colisd_pq_severity(void) { return PG_DIAG_SEVERITY_NONLOCALIZED; }

#endif
