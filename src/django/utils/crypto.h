// Random text for keys and names.
#pragma once

#include <string>
#include <string_view>

namespace django::utils::crypto {

inline constexpr std::string_view RANDOM_STRING_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// `length` characters, each drawn from the system's generator. Source: django/utils/crypto.py, get_random_string
std::string get_random_string(std::size_t length, std::string_view allowed_chars = RANDOM_STRING_CHARS);

}  // namespace django::utils::crypto
