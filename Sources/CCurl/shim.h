// libcurl for Swift. The variadic curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt cannot be imported:
// each use gets a typed inline function here.
#pragma once
#include <curl/curl.h>
