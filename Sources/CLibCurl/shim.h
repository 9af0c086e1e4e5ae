#ifndef COLISD_CLIBCURL_SHIM_H
#define COLISD_CLIBCURL_SHIM_H

#include <curl/curl.h>

// The functions that set and get options are variadic, and macros beside: Swift imports neither.
static inline CURLcode colisd_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode colisd_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode colisd_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode colisd_curl_get_number(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode colisd_curl_multi_set_number(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

typedef size_t (*colisd_curl_take)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode colisd_curl_set_body(
    CURL *handle, colisd_curl_take take, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
  return code ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}
static inline CURLcode colisd_curl_set_headers(
    CURL *handle, colisd_curl_take take, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take);
  return code ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

typedef int (*colisd_curl_progress)(
    void *context, curl_off_t all_down, curl_off_t down, curl_off_t all_up, curl_off_t up);
static inline CURLcode colisd_curl_set_progress(
    CURL *handle, colisd_curl_progress progress, void *context) {
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
  return code ? code : curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
}

// Makes the socket for a connection to an address, or gives CURL_SOCKET_BAD.
static inline CURLcode colisd_curl_set_open(
    CURL *handle, curl_opensocket_callback open, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open);
  return code ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}
// The field is the first part of what may be longer than it says.
static inline const struct sockaddr *colisd_curl_address(const struct curl_sockaddr *address) {
  return &address->addr;
}

// Called before a request goes over a connection, be it new or kept.
static inline CURLcode colisd_curl_set_ready(
    CURL *handle, curl_prereq_callback ready, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, ready);
  return code ? code : curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
}

// An unsigned long of flags as a macro.
static inline CURLcode colisd_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

#endif
