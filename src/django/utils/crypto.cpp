// Random text for keys and names.
#include "django/utils/crypto.h"

#include "python/secrets.h"

namespace django::utils::crypto {

namespace secrets = python::secrets;

// django/utils/crypto.py, get_random_string()
std::string get_random_string(std::size_t length, std::string_view allowed_chars) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += secrets::choice(allowed_chars);
  return text;
}

}  // namespace django::utils::crypto
