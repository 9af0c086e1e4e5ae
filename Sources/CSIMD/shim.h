#ifndef COLISD_CSIMD_SHIM_H
#define COLISD_CSIMD_SHIM_H

// The compiler's own header; Swift's SIMD types have no way to ask for a mask as bits.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#endif
