#ifndef COLISD_CZLIB_SHIM_H
#define COLISD_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro that passes the header's version and the struct's size: Swift imports neither.
static inline int colisd_inflateInit2(z_stream *stream, int windowBits) {
  return inflateInit2(stream, windowBits);
}

#endif
