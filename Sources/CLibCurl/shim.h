#ifndef COLISD_CLIBCURL_SHIM_H
#define COLISD_CLIBCURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, and macros beside: Swift imports neither.
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

#endif
