#ifndef COLISD_LAST_WORD_H
#define COLISD_LAST_WORD_H

enum colisd_log_form { COLISD_TEXT, COLISD_JOURNALD, COLISD_JSON };

/// Has the process say one line on standard error before a signal of a crash ends it; and end where
/// libdispatch would wait for ever for a thread or memory.
/// - On the first thread, which gets a stack for it.
/// - shortage_status: the exit status for the latter.
void colisd_install_last_word(int shortage_status);

/// How the line is to look.
void colisd_set_last_word_form(enum colisd_log_form form);

#endif
