// ncursesw for Swift: macros, variadic functions and the shared mutable globals get inline functions here.
#pragma once
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <wchar.h>
#include <curses.h>
