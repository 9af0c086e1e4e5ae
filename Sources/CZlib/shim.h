#ifndef COLISD_CZLIB_SHIM_H
#define COLISD_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro that passes the header's version and the struct's size: Swift imports neither.
static inline int colisd_inflateInit2(z_stream *stream, int windowBits) {
  return inflateInit2(stream, windowBits);
}

// The same of deflateInit2.
static inline int colisd_deflateInit2(z_stream *stream, int level, int windowBits) {
  return deflateInit2(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
}

#endif
