// posts: sends the lines of a file as bodies of requests, by libcurl over kept connections.
//
//   posts URL BODIES CONNECTIONS REQUESTS
//
// One thread drives the connections by libcurl's multi interface, as colisd does. The headers have the names and lengths of
// webhooks and are always the same; nothing is signed, chosen or stored. Prints a line of JSON: wall, CPU (seconds),
// requests, and failures (no 2xx).
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { MOST_BODIES = 4096, MOST_CONNECTIONS = 64 };

static char *bodies[MOST_BODIES];
static size_t lengths[MOST_BODIES], body_count, next_body;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec * 1e-6; }

static void read_bodies(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    exit(1);
  }
  size_t room = 0;
  ssize_t length;
  while (body_count < MOST_BODIES && (length = getline(&bodies[body_count], &room, file)) > 1) {
    lengths[body_count++] = (size_t)length - 1;
    room = 0;
  }
  fclose(file);
  if (body_count == 0) {
    fprintf(stderr, "%s has no bodies\n", path);
    exit(1);
  }
}

static void begin(CURLM *multi, CURL *handle) {
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bodies[next_body]);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)lengths[next_body]);
  next_body = (next_body + 1) % body_count;
  curl_multi_add_handle(multi, handle);
}

int main(int count, char **words) {
  int connections = count == 5 ? atoi(words[3]) : 0;
  if (connections < 1 || connections > MOST_CONNECTIONS) {
    fputs("usage: posts URL BODIES CONNECTIONS REQUESTS\n", stderr);
    return 64;
  }
  long requests = atol(words[4]), begun = 0, ended = 0, failures = 0;
  read_bodies(words[2]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  static const char *const lines[] = {
      "content-type: application/json", "webhook-id: msg_0123456789abcdef0123456789abcdef",
      "webhook-timestamp: 1764455400",
      "webhook-signature: v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
  struct curl_slist *headers = NULL;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) headers = curl_slist_append(headers, lines[i]);
  CURLM *multi = curl_multi_init();
  CURL *handles[MOST_CONNECTIONS];
  double start = now();
  for (; begun < connections; begun++) {
    CURL *handle = handles[begun] = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, words[1]);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    begin(multi, handle);
  }
  while (ended < requests) {
    int running, left;
    curl_multi_perform(multi, &running);
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL *handle = message->easy_handle;
      long status = 0;
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
      failures += message->data.result != CURLE_OK || status / 100 != 2;
      ended++;
      curl_multi_remove_handle(multi, handle);
      if (begun < requests) {
        begin(multi, handle);
        begun++;
      }
    }
    if (ended < requests) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  double wall = now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"wall\":%.6f,\"cpu\":%.6f,\"requests\":%ld,\"failures\":%ld}\n", wall,
         seconds(usage.ru_utime) + seconds(usage.ru_stime), ended, failures);
  for (int i = 0; i < connections; i++) curl_easy_cleanup(handles[i]);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  return 0;
}
