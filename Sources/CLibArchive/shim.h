#ifndef COLISD_CLIBARCHIVE_SHIM_H
#define COLISD_CLIBARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>

#endif
