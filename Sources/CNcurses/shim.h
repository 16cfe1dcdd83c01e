// ncursesw for Swift: macros, variadic functions and the shared mutable globals get inline functions here.
#pragma once
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <curses.h>

static inline WINDOW *shim_stdscr(void) { return stdscr; }
static inline WINDOW *shim_curscr(void) { return curscr; }
static inline int shim_colors(void) { return COLORS; }

static inline attr_t shim_bold(void) { return WA_BOLD; }
static inline attr_t shim_dim(void) { return WA_DIM; }
static inline attr_t shim_underline(void) { return WA_UNDERLINE; }
static inline attr_t shim_reverse(void) { return WA_REVERSE; }

// One cell: a character with its combining marks, at most CCHARW_MAX in all, ended by a zero.
static inline int shim_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
  return setcchar(cell, text, attributes, (short)pair, NULL);
}

// In wchar.h only under X/Open's feature macro, which the module's other users need not have.
extern int wcwidth(wchar_t character);
static inline int shim_width(uint32_t character) { return wcwidth((wchar_t)character); }

// Reads the description of a terminal's type; 0 where there is one. Never ends the program. Its header, term.h, would
// make termios this module's.
extern int setupterm(const char *type, int descriptor, int *found);
static inline int shim_setupterm(const char *type, int descriptor) {
  int found = 0;
  return setupterm(type, descriptor, &found) == OK ? 0 : -1;
}
static inline int shim_number(const char *name) { return tigetnum((char *)name); }

// A capability of the terminal; NULL where it has none, and never tigetstr's (char *)-1.
static inline const char *shim_capability(const char *name) {
  const char *text = tigetstr((char *)name);
  return text == (char *)-1 ? NULL : text;
}
