// libcurl for Swift. The variadic curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt cannot be imported:
// each kind of argument gets a typed inline function here.
#pragma once
#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static inline CURLcode ec_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ec_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ec_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ec_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

// libcurl copies the bytes.
static inline CURLcode ec_set_bytes(CURL *easy, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(easy, option, &blob);
}

typedef size_t (*ec_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ec_set_callback(CURL *easy, CURLoption option, ec_data_callback callback) {
  return curl_easy_setopt(easy, option, callback);
}

// libcurl 7.88 opens its sockets without close-on-exec: a child process would hold them open.
static inline curl_socket_t ec_open_socket(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The field is declared shorter than what stands there for IPv6.
static inline const struct sockaddr *ec_address(const struct curl_sockaddr *address) { return &address->addr; }

// glibc shows it to GNU sources only.
extern int accept4(int, struct sockaddr *, socklen_t *, int);

static inline int ec_accept(int listener) { return accept4(listener, 0, 0, SOCK_CLOEXEC); }

static inline CURLcode ec_set_open_socket(CURL *easy, curl_opensocket_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode ec_set_before_request(CURL *easy, curl_prereq_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode ec_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ec_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ec_get_string(CURL *easy, CURLINFO info, const char **value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode ec_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ec_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ec_multi_set_socket_callback(CURLM *multi, curl_socket_callback callback) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

static inline CURLMcode ec_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback callback) {
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}

static inline int ec_event_fd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// CURLMsg holds its result in a union.
static inline CURLcode ec_message_result(const CURLMsg *message) { return message->data.result; }
