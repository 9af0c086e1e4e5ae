// What the yardsticks parse.c and store.c share: a file read in pieces, a row split into its fields.
// They trust their input: the built-in layout, no quotes, times as yyyy-MM-ddTHH:mm:ss.
#ifndef ROW_H
#define ROW_H
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
  ACCOUNT, ACCOUNT_ID, NUMBER, ORDER, CODE, LABEL, TIME, SITE, POSTCODE, COUNTRY, FIELDS,
  PIECE = 256 << 10,
  LONGEST_ROW = 4096,
};

typedef struct {
  const char *start[FIELDS];
  int length[FIELDS];
  const char *end;  // of the row
} Row;

// Whether the row has all its fields.
static inline int split(Row *row, const char *text, const char *end) {
  int field = 0;
  row->start[0] = text;
  row->end = end;
  for (const char *mark; field < FIELDS - 1 && (mark = memchr(text, ';', end - text));) {
    row->length[field] = mark - row->start[field];
    row->start[++field] = text = mark + 1;
  }
  row->length[field] = end - row->start[field];
  return field == FIELDS - 1;
}

static inline int64_t two_digits(const char *text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// Digits as a number; of an account such as A7 still a number of its own.
static inline int64_t number_of(const char *text, int length) {
  int64_t number = 0;
  for (int i = 0; i < length; i++) number = number * 10 + text[i] - '0';
  return number;
}

// yyyy-MM-ddTHH:mm:ss as seconds since 1970; days are counted from March, in eras of 400 years.
static inline int64_t seconds_of(const char *text) {
  int64_t year = two_digits(text) * 100 + two_digits(text + 2);
  int64_t month = two_digits(text + 5), day = two_digits(text + 8);
  year -= month <= 2;
  int64_t era = year / 400;
  unsigned year_of_era = year - era * 400;
  unsigned day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  int64_t days = era * 146097 + (int64_t)day_of_era - 719468;
  return days * 86400 + two_digits(text + 11) * 3600 + two_digits(text + 14) * 60 +
         two_digits(text + 17);
}

// Calls `use` with the start and end of each line but the header.
static inline void for_each_row(const char *path, void (*use)(const char *, const char *)) {
  static char buffer[PIECE + LONGEST_ROW];
  int file = open(path, O_RDONLY);
  if (file < 0) {
    perror(path);
    exit(1);
  }
  size_t kept = 0;
  int is_header = 1;
  for (ssize_t count; (count = read(file, buffer + kept, PIECE)) > 0;) {
    const char *text = buffer, *end = buffer + kept + count;
    for (const char *mark; (mark = memchr(text, '\n', end - text)); text = mark + 1) {
      if (!is_header) use(text, mark);
      is_header = 0;
    }
    kept = end - text;
    memmove(buffer, text, kept);
  }
  close(file);
}

static inline double wall_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static inline double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}
#endif
