#ifndef COLISD_CLIBSSH2_SHIM_H
#define COLISD_CLIBSSH2_SHIM_H

#include <libssh2.h>
// Swift's Glibc module leaves this header out.
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/types.h>

typedef ssize_t (*colisd_libssh2_send_function)(
    libssh2_socket_t socket, const void *buffer, size_t length, int flags, void **abstract);
typedef ssize_t (*colisd_libssh2_receive_function)(
    libssh2_socket_t socket, void *buffer, size_t length, int flags, void **abstract);

typedef void (*colisd_libssh2_disconnect_function)(
    LIBSSH2_SESSION *session, int reason, const char *message, int message_length,
    const char *language, int language_length, void **abstract);

// The setter takes any callback as void *: Swift has no cast from a C function pointer to that.
static inline void colisd_libssh2_set_io(
    LIBSSH2_SESSION *session, colisd_libssh2_send_function send,
    colisd_libssh2_receive_function receive, colisd_libssh2_disconnect_function disconnected) {
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)disconnected);
}

// prctl is variadic: Swift imports no such function.
static inline void colisd_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
