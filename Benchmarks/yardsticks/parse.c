// parse: how fast rows can be split and typed by a program that trusts its input.
//
//   parse MODE FILE...    MODE 0: lines and fields; 1: also time and postcode as numbers
//
// Prints one JSON line. It reads in pieces of 256 KiB as colisd does, and maps nothing into memory.
#include "row.h"

static int is_typed;
static uint64_t rows, fields, checksum;

static inline void count_row(const char *text, const char *end) {
  Row row;
  rows++;
  if (!split(&row, text, end)) return;
  fields += FIELDS;
  if (is_typed)
    checksum += seconds_of(row.start[TIME]) + number_of(row.start[POSTCODE], row.length[POSTCODE]);
}

int main(int count, char **arguments) {
  if (count < 3) {
    fputs("usage: parse 0|1 FILE...\n", stderr);
    return 2;
  }
  is_typed = atoi(arguments[1]) == 1;
  double wall = wall_seconds(), cpu = cpu_seconds();
  for (int i = 2; i < count; i++) for_each_row(arguments[i], count_row);
  printf("{\"rows\":%llu,\"fields\":%llu,\"checksum\":%llu,\"wall\":%.6f,\"cpu\":%.6f}\n",
         (unsigned long long)rows, (unsigned long long)fields, (unsigned long long)checksum,
         wall_seconds() - wall, cpu_seconds() - cpu);
  return 0;
}
