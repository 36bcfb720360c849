#pragma once
#include <curl/curl.h>
// Swift cannot call functions with a variable number of arguments; these name the kinds of argument there are.
static inline CURLcode weibao_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode weibao_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode weibao_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode weibao_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode weibao_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
typedef size_t (*weibao_curl_bytes)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode weibao_curl_set_bytes(CURL *handle, CURLoption option, weibao_curl_bytes value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode weibao_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode weibao_curl_get_socket(CURL *handle, curl_socket_t *value) {
  return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}
