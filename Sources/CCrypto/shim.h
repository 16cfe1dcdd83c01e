// libcrypto for Swift: digests and HMAC through EVP.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
