// generate: seeded tracking files in the built-in layout, the same bytes for the same arguments.
//
//   generate DIR ROWS ROWS_PER_FILE SEED [latin1]    the files; W=N in the environment: parcels in flight
//   generate contracts DIR                           the 500 contracts whose accounts the rows name
//
// The rows belong to parcels in flight: each has 5 to 8 events, and they come spread over several
// files, among those of other parcels. About 2 % of the rows are sent a second time, and about 5 % of
// the events are dated before the one that precedes them.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { ACCOUNTS = 500, RECENT = 4096, LONGEST = 400 };

static const char header[] =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country\n";

static const struct { const char *code, *label; } statuses[] = {
    {"ANNONCE", "Envoi annoncé par l'expéditeur"},
    {"PRISENCH", "Colis pris en charge par nos services"},
    {"TRI", "Colis trié sur la plateforme d'acheminement"},
    {"DEPART", "Colis expédié vers l'agence de livraison"},
    {"ARRIVEE", "Colis arrivé à l'agence de livraison"},
    {"ENCOURS", "Colis en cours de livraison, présentation prévue aujourd'hui"},
    {"AVISE", "Destinataire absent, avis de passage déposé"},
    {"LIVRE", "Colis livré au destinataire"},
    {"RELAIS", "Colis déposé en relais, à retirer sous 10 jours"},
    {"RETARD", "Retard dû à des conditions météorologiques"},
};
enum { NOTIFIED = 6, DELIVERED = 7, AT_RELAY = 8, DELAYED = 9 };

static const char *const sites[16] = {
    "CRÉTEIL", "LYON VAISE", "BESANÇON",   "LILLE",  "MARSEILLE",   "NÎMES",  "ORLÉANS", "BREST",
    "TOULOUSE", "STRASBOURG", "RENNES", "CLERMONT-FD", "NANTES", "METZ", "SèTE", "ANGERS"};

typedef struct {
  char number[13];
  char account[8], account_id[16];
  uint64_t order;
  unsigned site, postcode;
  int done, events;
  int64_t time;  // of its latest event, in seconds since the first day
} Parcel;

// --- Randomness: xoroshiro128+, seeded by splitmix64 ---

static uint64_t state[2];

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

static uint64_t splitmix(uint64_t *seed) {
  uint64_t z = *seed += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

static uint64_t next_random(void) {
  uint64_t a = state[0], b = state[1], result = a + b;
  b ^= a;
  state[0] = rotate(a, 24) ^ b ^ b << 16;
  state[1] = rotate(b, 37);
  return result;
}

// --- Contracts ---

static void name_account(unsigned index, char *account, char *account_id) {
  sprintf(account, "%c%u", 'A' + index % 26, index % 10);
  sprintf(account_id, "EM%06u", 200000 + index * 7);
}

static FILE *create(const char *folder, const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (!file) {
    perror(path);
    exit(1);
  }
  return file;
}

static void write_contracts(const char *folder) {
  mkdir(folder, 0755);
  FILE *password = create(folder, "password");
  fchmod(fileno(password), 0600);  // colisd refuses a secret that others can read
  fputs("not-a-real-one\n", password);
  fclose(password);
  for (unsigned i = 0; i < ACCOUNTS; i++) {
    char name[16], account[8], account_id[16];
    name_account(i, account, account_id);
    snprintf(name, sizeof name, "m%03u.yaml", i);
    FILE *file = create(folder, name);
    fprintf(file,
            "id: m%03u\n"
            "subscription: { plan: growth, active: true }\n"
            "tracking: { requested: 2024-12-01 }\n"
            "home-fr:\n"
            "  username: WS%u\n"
            "  password: { file: password }\n"
            "  account: %s\n"
            "  account-id: %s\n"
            "  control-key: { file: password }\n",
            i, i, account, account_id);
    fclose(file);
  }
}

// --- Rows ---

static void start_parcel(Parcel *parcel, uint64_t row) {
  for (int i = 0; i < 12; i++)
    parcel->number[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[next_random() % 36];
  uint64_t x = next_random();
  name_account(x % ACCOUNTS, parcel->account, parcel->account_id);
  parcel->order = (x >> 24) % 10000000000;
  parcel->postcode = 1000 + next_random() % 94990;
  parcel->site = next_random() % 16;
  parcel->events = 5 + next_random() % 4;
  parcel->done = 0;
  parcel->time = row * 20 * 86400 / 1000000 + next_random() % 86400;  // a million rows: 20 days
}

static int next_status(int event, const Parcel *parcel) {
  if (event == parcel->events - 1) return next_random() % 10 < 8 ? DELIVERED : AT_RELAY;
  if (event < 6) return event;
  return next_random() & 1 ? NOTIFIED : DELAYED;
}

static int write_event(char *line, Parcel *parcel) {
  const time_t first_day = 1735689600;  // 2025-01-01
  int event = parcel->done++;
  int status = next_status(event, parcel);
  parcel->time += 600 + next_random() % 40000;
  time_t time = first_day + parcel->time;
  if ((next_random() & 63) < 3) time -= 40000;
  struct tm t;
  gmtime_r(&time, &t);
  return snprintf(line, LONGEST,
                  "%s;%s;%s;CMD%010llu;%s;%s;%04d-%02d-%02dT%02d:%02d:%02d;%s;%05u;FR\n",
                  parcel->account, parcel->account_id, parcel->number,
                  (unsigned long long)parcel->order, statuses[status].code, statuses[status].label,
                  t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
                  sites[(parcel->site + (event > 3)) % 16], parcel->postcode);
}

// All accents of the texts above are two bytes in UTF-8 that start with 0xC3.
static int to_latin1(char *line, int length) {
  int out = 0;
  for (int i = 0; i < length; i++)
    line[out++] = (unsigned char)line[i] == 0xc3 ? (char)(line[++i] + 0x40) : line[i];
  return out;
}

static uint64_t parcels_in_flight(uint64_t rows, uint64_t rows_per_file) {
  const char *given = getenv("W");
  if (given) return strtoull(given, NULL, 10);
  uint64_t count = rows_per_file * 4;
  if (count < 20000) count = 20000;
  if (count > 150000) count = 150000;
  return count > rows / 6 ? rows / 6 + 1 : count;
}

static void write_files(const char *folder, uint64_t rows, uint64_t rows_per_file, int latin1) {
  static char recent[RECENT][LONGEST];  // lines that may be sent again
  static int recent_length[RECENT];
  uint64_t window = parcels_in_flight(rows, rows_per_file), files = 0;
  Parcel *parcels = calloc(window, sizeof *parcels);
  FILE *file = NULL;
  mkdir(folder, 0755);
  for (uint64_t row = 0; row < rows; row++) {
    if (!file) {
      char name[32];
      snprintf(name, sizeof name, "TRK_%06llu.csv", (unsigned long long)files++);
      file = create(folder, name);
      setvbuf(file, NULL, _IOFBF, 1 << 20);
      fputs(header, file);
    }
    uint64_t x = next_random();
    unsigned again = (x >> 10) % RECENT;
    if ((x & 1023) < 20 && recent_length[again]) {
      fwrite(recent[again], 1, recent_length[again], file);
    } else {
      Parcel *parcel = &parcels[(x >> 20) % window];
      if (parcel->done >= parcel->events) start_parcel(parcel, row);
      char line[LONGEST];
      int length = write_event(line, parcel);
      if (latin1) length = to_latin1(line, length);
      fwrite(line, 1, length, file);
      unsigned place = (x >> 40) % RECENT;
      memcpy(recent[place], line, length);
      recent_length[place] = length;
    }
    if ((row + 1) % rows_per_file == 0) {
      fclose(file);
      file = NULL;
    }
  }
  if (file) fclose(file);
  free(parcels);
}

int main(int count, char **arguments) {
  if (count == 3 && !strcmp(arguments[1], "contracts")) {
    write_contracts(arguments[2]);
    return 0;
  }
  if (count < 5) {
    fputs("usage: generate DIR ROWS ROWS_PER_FILE SEED [latin1]\n"
          "       generate contracts DIR\n", stderr);
    return 2;
  }
  uint64_t seed = strtoull(arguments[4], NULL, 10);
  state[0] = splitmix(&seed);
  state[1] = splitmix(&seed);
  write_files(arguments[1], strtoull(arguments[2], NULL, 10), strtoull(arguments[3], NULL, 10),
              count > 5);
  return 0;
}
